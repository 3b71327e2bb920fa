using System.Xml.Linq;
using TempoCos.CosProvisioner.Steps;

namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>Where a bucket is that only its CRN is known of: Cloud Object Storage's extended list of buckets tells, whichever endpoint is asked.</summary>
internal sealed class BucketPlaces(IHttpClientFactory clients, EndpointDirectory endpoints)
{
    private const string AnyRegion = "us-east";
    private const string AnyType = "public";

    /// <summary>What the ledger would say of it; null when its instance does not list it.</summary>
    public async Task<IReadOnlyDictionary<string, string>?> FindAsync(string crn, string bucket, CancellationToken cancellationToken)
    {
        var guid = crn.Split(':')[7];
        var location = await endpoints.FindAsync(AnyRegion, AnyType, cancellationToken);
        using var client = new PooledHttpClientFactory(clients, ObjectStore.BearerClientName, guid).CreateHttpClient(null!);
        using var answer = await client.GetAsync(new Uri($"{location.Endpoint}/?extended&prefix={Uri.EscapeDataString(bucket)}"), cancellationToken);
        answer.EnsureSuccessStatusCode();
        var listed = XDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken)).Descendants()
            .FirstOrDefault(element => element.Name.LocalName == "Bucket" && Text(element, "Name") == bucket);
        return listed is not null && Text(listed, "LocationConstraint") is { } constraint && constraint.LastIndexOf('-') is > 0 and var dash
            ? new Dictionary<string, string> { [Place.InstanceGuid] = guid, [Place.Region] = constraint[..dash], [Place.EndpointType] = AnyType }
            : null;
    }

    private static string? Text(XElement element, string name) => element.Elements().FirstOrDefault(child => child.Name.LocalName == name)?.Value;
}
