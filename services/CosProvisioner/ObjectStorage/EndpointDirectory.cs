using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Http;

namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>Looks endpoints up in the document that IBM Cloud publishes.</summary>
internal sealed class EndpointDirectory(IHttpClientFactory clients, IOptionsMonitor<IbmCloudOptions> options, TimeProvider time)
{
    public const string ClientName = "endpoints-document";
    private const int Suggestions = 5;

    private readonly JsonApi _api = new(clients, ClientName, RemoteSystem.EndpointsDocument, time);

    public async Task<StorageLocation> FindAsync(string region, string endpointType, CancellationToken cancellationToken)
    {
        var url = IbmCloudOptions.Parse(nameof(IbmCloudOptions.EndpointsUrl), options.CurrentValue.EndpointsUrl);
        var document = await _api.GetAsync(url, EndpointsJson.Default.EndpointsDocument, cancellationToken);
        var locations = (document.ServiceEndpoints ?? []).Values.SelectMany(location => location)
            .GroupBy(location => location.Key, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.First().Value, StringComparer.Ordinal);

        if (!locations.TryGetValue(region, out var types))
        {
            throw Unknown(region, "region", [.. locations.Keys], "as region");
        }

        if (!types.TryGetValue(endpointType, out var hosts) || hosts.Count == 0)
        {
            throw Unknown(endpointType, $"endpoint type in region {region}", [.. types.Where(type => type.Value.Count > 0).Select(type => type.Key)], "as endpoint type");
        }

        // A cross-region location lists its own name with a suffix, and beside it the sites that it is tethered to.
        var host = hosts.GetValueOrDefault(region) ?? hosts.GetValueOrDefault($"{region}-geo") ?? hosts.Values.First();
        return new StorageLocation(region, endpointType, WithScheme(host));
    }

    private static string WithScheme(string host) =>
        (host.Contains("://", StringComparison.Ordinal) ? host : $"https://{host}").TrimEnd('/');

    private static DiagnosticException Unknown(string value, string what, IReadOnlyList<string> known, string how)
    {
        var near = known.OrderBy(name => EditDistance.Between(value, name)).ThenBy(name => name, StringComparer.Ordinal).Take(Suggestions);
        return new DiagnosticException(
            DiagnosticCode.RegionUnknown,
            value,
            $"the endpoints document knows no such {what}",
            known.Count == 0 ? "Check IbmCloud:EndpointsUrl: the document is empty." : $"Choose one of {string.Join(", ", near)}{(known.Count > Suggestions ? ", …" : "")} {how}.");
    }
}
