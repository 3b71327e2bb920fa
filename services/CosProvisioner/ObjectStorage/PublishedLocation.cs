namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>A location of the endpoints document.</summary>
/// <param name="Types">Endpoint type → name → host. A cross-region location lists its own name with a suffix, and beside it its access points by city.</param>
internal sealed record PublishedLocation(string Name, LocationKind Kind, IReadOnlyDictionary<string, Dictionary<string, string>> Types)
{
    public IReadOnlyList<string> EndpointTypes => [.. Types.Where(type => type.Value.Count > 0).Select(type => type.Key)];

    public static IReadOnlyList<PublishedLocation> Read(EndpointsDocument document) =>
    [
        .. from kind in document.ServiceEndpoints ?? []
           from location in kind.Value
           select new PublishedLocation(location.Key, KindOf(kind.Key), location.Value),
    ];

    public static bool IsSame(string endpoint, string host) => string.Equals(WithScheme(endpoint), WithScheme(host), StringComparison.OrdinalIgnoreCase);

    /// <summary>With scheme; null when there is none.</summary>
    public string? HostOf(CosLocation location, string endpointType)
    {
        if (!Types.TryGetValue(endpointType, out var hosts))
        {
            return null;
        }

        var host = location.Name == location.Bucket
            ? hosts.GetValueOrDefault(Name) ?? hosts.GetValueOrDefault($"{Name}-geo") ?? hosts.Values.FirstOrDefault()
            : hosts.Values.FirstOrDefault(other => other.Contains($".{location.Name}.", StringComparison.Ordinal));
        return host is null ? null : WithScheme(host);
    }

    public bool Has(string endpoint) => Types.Values.SelectMany(hosts => hosts.Values).Any(host => IsSame(endpoint, host));

    private static LocationKind KindOf(string name) => name switch
    {
        "cross-region" => LocationKind.CrossRegion,
        "single-site" => LocationKind.SingleSite,
        _ => LocationKind.Regional,
    };

    private static string WithScheme(string host) => (host.Contains("://", StringComparison.Ordinal) ? host : $"https://{host}").TrimEnd('/');
}
