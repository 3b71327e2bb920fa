namespace TempoCos.IbmCloud.ObjectStorage;

/// <summary>Where Cloud Object Storage is, and which storage classes it has.</summary>
public static class CosLocations
{
    public const string Default = "us-east-standard";

    public static readonly string[] Regional =
        ["us-south", "us-east", "eu-gb", "eu-de", "eu-es", "au-syd", "jp-tok", "jp-osa", "ca-tor", "ca-mon", "br-sao", "in-che", "in-mum"];

    public static readonly string[] CrossRegion = ["us", "eu", "ap"];

    /// <summary>The cities that a cross-region location is also reached at. Documents of before 2026 name more in eu and ap.</summary>
    public static readonly Dictionary<string, string[]> Metros = new()
    {
        ["us"] = ["Dallas", "Washington", "San Jose"],
        ["eu"] = ["Amsterdam", "Frankfurt"],
        ["ap"] = ["Tokyo", "Osaka"],
    };

    public static readonly string[] SingleSite = ["ams03", "che01", "mon01", "par01", "sjc04", "sng01"];

    private static readonly string[] Classes = ["standard", "smart", "vault", "cold", "onerate_active"];

    /// <summary>Whether the text is <c>location-class</c> of a pair that exists.</summary>
    public static bool IsLocationConstraint(string text)
    {
        var dash = text.LastIndexOf('-');
        if (dash <= 0)
        {
            return false;
        }

        var (location, storageClass) = (text[..dash], text[(dash + 1)..]);
        var crossRegion = CrossRegion.Contains(location);
        return Classes.Contains(storageClass)
            && (crossRegion || Regional.Contains(location) || SingleSite.Contains(location))
            && !(crossRegion && storageClass == "onerate_active");
    }
}
