using TempoCos.Contracts;

namespace TempoCos.Cluster.Startup;

/// <summary>One entry of a Secret that exists from the start: <c>NAMESPACE/NAME:KEY=VALUE</c>.</summary>
public sealed record SeedSecret(string Namespace, string Name, string Key, string Value)
{
    public static SeedSecret Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var colon = text.IndexOf(':', slash + 1);
        var equals = text.IndexOf('=', colon + 1);
        return slash > 0 && colon > slash + 1 && equals > colon + 1
            ? new SeedSecret(text[..slash], text[(slash + 1)..colon], text[(colon + 1)..equals], text[(equals + 1)..])
            : throw new DiagnosticException("TC924", "--secret", "the value is not NAMESPACE/NAME:KEY=VALUE", "Write it as in --secret kube-system/qe-ibmcloud-creds:apiKey=...");
    }

    /// <summary>Without the value, which is nobody's business.</summary>
    public override string ToString() => $"{Namespace}/{Name}:{Key}";
}
