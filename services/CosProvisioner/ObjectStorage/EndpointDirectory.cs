using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Http;

namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>Looks endpoints up in the document that IBM Cloud publishes, and holds the table of locations against it.</summary>
internal sealed class EndpointDirectory(IHttpClientFactory clients, IOptionsMonitor<IbmCloudOptions> options, TimeProvider time)
{
    public const string ClientName = "endpoints-document";
    private const int Suggestions = 5;
    private static readonly string[] EndpointTypes = ["public", "private", "direct"];

    private readonly JsonApi _api = new(clients, ClientName, RemoteSystem.EndpointsDocument, time);

    /// <summary>What is asked for, when it goes together.</summary>
    /// <param name="endpoint">An address that the bucket must be at; empty for the one of the document.</param>
    public async Task<LocationChoice> ChooseAsync(string region, string endpointType, string storageClass, string endpoint, CancellationToken cancellationToken)
    {
        var published = PublishedLocation.Read(await ReadAsync(cancellationToken));
        var known = CosLocations.Find(region);
        var found = published.FirstOrDefault(location => location.Name == (known?.Bucket ?? region)) ?? throw Missing(region, known, published);
        var location = known ?? CosLocation.Unlisted(region, found.Kind);
        if (!EndpointTypes.Contains(endpointType, StringComparer.Ordinal))
        {
            throw Unknown(endpointType, "Cloud Object Storage has no such endpoint type", EndpointTypes, "as endpoint type");
        }

        if (!location.Offers(storageClass))
        {
            throw Contradiction("a cross-region location has no one-rate buckets", "Choose a regional location, or another storage class.");
        }

        var host = found.HostOf(location, endpointType)
            ?? throw Contradiction(
                $"{region} has no {endpointType} endpoint in the endpoints document",
                $"Choose one of the endpoint types that it has there ({string.Join(", ", found.EndpointTypes)}), or another region.");
        if (endpoint.Length > 0 && !PublishedLocation.IsSame(endpoint, host))
        {
            var owner = published.FirstOrDefault(other => other.Has(endpoint));
            throw Contradiction(
                $"{endpoint} is {(owner is null ? "no endpoint of Cloud Object Storage" : $"an endpoint of {owner.Name}")}, and that of {region} is {host}",
                "Leave the endpoint out: region and endpoint type tell it.");
        }

        var remark = known is null ? $"{region} is in the endpoints document, but not in the table of locations that TempoCos knows"
            : known.Kind != found.Kind ? $"{region} is {found.Kind} in the endpoints document, and {known.Kind} in the table of locations that TempoCos knows"
            : "";
        return new LocationChoice(new StorageLocation(region, endpointType, host), $"{location.Bucket}-{storageClass}", remark);

        DiagnosticException Contradiction(string why, string fix) => new(
            DiagnosticCode.LocationContradicts, $"region {region}, endpoint type {endpointType}, storage class {storageClass}", why, fix);
    }

    /// <summary>Where a bucket is reached that was made in this region before.</summary>
    public async Task<StorageLocation> FindAsync(string region, string endpointType, CancellationToken cancellationToken)
    {
        var published = PublishedLocation.Read(await ReadAsync(cancellationToken));
        var location = CosLocations.Find(region) ?? CosLocation.Unlisted(region, LocationKind.Regional);
        var found = published.FirstOrDefault(other => other.Name == location.Bucket) ?? throw Missing(region, null, published);
        return found.HostOf(location, endpointType) is { } host
            ? new StorageLocation(region, endpointType, host)
            : throw Unknown(endpointType, $"the endpoints document knows no such endpoint type in region {region}", found.EndpointTypes, "as endpoint type");
    }

    private Task<EndpointsDocument> ReadAsync(CancellationToken cancellationToken) =>
        _api.GetAsync(IbmCloudOptions.Parse(nameof(IbmCloudOptions.EndpointsUrl), options.CurrentValue.EndpointsUrl), EndpointsJson.Default.EndpointsDocument, cancellationToken);

    private static DiagnosticException Missing(string region, CosLocation? known, IReadOnlyList<PublishedLocation> published)
    {
        var names = published.Select(location => location.Name).ToList();
        return published.Count == 0
            ? new DiagnosticException(
                DiagnosticCode.RegionUnknown, region, "the endpoints document names no location at all", "Check IbmCloud:EndpointsUrl.")
            : Unknown(
                region,
                CosLocations.IsRetired(region) ? "IBM has retired this location"
                : known is not null ? "the endpoints document no longer has this region, though it is known to TempoCos"
                : "the endpoints document knows no such region",
                names,
                "as region");
    }

    private static DiagnosticException Unknown(string value, string why, IReadOnlyList<string> known, string how)
    {
        var near = known.OrderBy(name => EditDistance.Between(value, name)).ThenBy(name => name, StringComparer.Ordinal).Take(Suggestions);
        return new DiagnosticException(
            DiagnosticCode.RegionUnknown, value, why, $"Choose one of {string.Join(", ", near)}{(known.Count > Suggestions ? ", …" : "")} {how}.");
    }
}
