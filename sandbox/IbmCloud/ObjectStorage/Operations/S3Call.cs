using TempoCos.IbmCloud.ObjectStorage.Authentication;
using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>A request whose sender is known.</summary>
public sealed record S3Call(S3Request Request, S3Identity Identity)
{
    public HttpContext Context => Request.Context;

    public HttpResponse Response => Request.Context.Response;

    public S3Query Query => Request.Query;

    public CancellationToken Cancelled => Request.Cancelled;

    public string? Header(string name) => Request.Header(name);
}
