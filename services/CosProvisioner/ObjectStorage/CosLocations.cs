namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>
/// The locations of Cloud Object Storage as IBM documents them (Endpoints and storage locations, 2026-02-25). The endpoints document, which is asked in every
/// run, has the last word on what can be reached.
/// </summary>
internal static class CosLocations
{
    private static readonly Dictionary<string, CosLocation> Known =
        Of(LocationKind.Regional, "us-south", "us-east", "eu-gb", "eu-de", "eu-es", "au-syd", "jp-tok", "jp-osa", "ca-tor", "ca-mon", "br-sao", "in-che", "in-mum")
            .Concat(Of(LocationKind.CrossRegion, "us", "eu", "ap"))
            .Concat(Of(LocationKind.SingleSite, "ams03", "che01", "mon01", "par01", "sjc04", "sng01"))
            .Concat(AccessPoints("us", "dal", "wdc", "sjc"))
            .Concat(AccessPoints("eu", "ams", "fra"))
            .Concat(AccessPoints("ap", "tok", "osa"))
            .ToDictionary(location => location.Name, StringComparer.Ordinal);

    private static readonly HashSet<string> Retired = new(StringComparer.Ordinal)
    {
        "mel01", "mex01", "tor01", "osl01", "hkg02", "seo01", "mil01", "mil.eu", "seo.ap", "hkg.ap",
    };

    public static IEnumerable<string> Names => Known.Keys;

    public static CosLocation? Find(string name) => Known.GetValueOrDefault(name);

    public static bool IsRetired(string name) => Retired.Contains(name);

    private static IEnumerable<CosLocation> Of(LocationKind kind, params string[] names) => names.Select(name => new CosLocation(name, kind, name));

    private static IEnumerable<CosLocation> AccessPoints(string location, params string[] sites) =>
        sites.Select(site => new CosLocation($"{site}.{location}", LocationKind.CrossRegion, location));
}
