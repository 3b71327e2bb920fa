using TempoCos.IbmCloud.Faults;
using TempoCos.IbmCloud.ObjectStorage.Authentication;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>A request whose sender is known.</summary>
public sealed record S3Call(S3Request Request, S3Identity Identity)
{
    public HttpContext Context => Request.Context;

    public HttpResponse Response => Request.Context.Response;

    public S3Query Query => Request.Query;

    public CancellationToken Cancelled => Request.Cancelled;

    /// <summary>What a planned fault makes of lists; null for nothing.</summary>
    public ListingFault? Listing { get; init; }

    public string? Header(string name) => Request.Header(name);

    /// <summary>A page of keys, right or as the fault plan wants it.</summary>
    /// <param name="continues">Whether <paramref name="after"/> is where a page before ended.</param>
    public ListPage ReadPage(ObjectIndex index, string prefix, string delimiter, string after, bool continues, int most) =>
        Listing is null ? ListPage.Read(index, prefix, delimiter, after, most) : Listing.Read(index, prefix, delimiter, after, continues, Query["start-after"] ?? "", most);
}
