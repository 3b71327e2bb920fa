using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using TempoCos.Contracts;
using YamlDotNet.Core;

namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>The values of typed options, each refused with one sentence when it is not what Kubernetes or the operator takes.</summary>
internal static partial class OptionValue
{
    public static string Quantity(string option, string value) =>
        QuantityShape().IsMatch(value) ? value : throw Wrong(option, value, "is not a quantity of Kubernetes above zero", "Write a quantity such as 500m, 2, 4Gi or 10G.");

    public static string Name(string option, string value) =>
        NameShape().IsMatch(value) ? value : throw Wrong(option, value, "is not a name that Kubernetes takes", "Use a-z, 0-9, '-' and '.', beginning and ending with a letter or digit.");

    public static string Host(string option, string value) =>
        NameShape().IsMatch(value) && value.Length <= 253 ? value : throw Wrong(option, value, "is not a host name", "Write a name such as tempo.example.com, without scheme and port.");

    public static string Url(string option, string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0
            ? value
            : throw Wrong(option, value.Contains('@') ? "(with credentials)" : value, "is not an http or https address without credentials", "Write scheme, host and path, such as https://example.com/api/v1/write.");

    public static string Image(string option, string value) =>
        ImageShape().IsMatch(value) ? value : throw Wrong(option, value, "is not a reference of an image", "Write a name with a tag or digest, such as docker.io/grafana/tempo:2.10.8.");

    public static string OneOf(string option, string value, params IReadOnlyCollection<string> known) =>
        known.Contains(value) ? value : throw Wrong(option, value, "is not known", $"Choose one of {string.Join(", ", known)}.");

    public static string Certificates(string option, string pem)
    {
        var certificates = new System.Security.Cryptography.X509Certificates.X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            certificates.Clear();
        }

        if (certificates.Count == 0 || pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            throw Wrong(option, pem.Contains("PRIVATE KEY", StringComparison.Ordinal) ? "(with a private key)" : "(no certificate)", "is not a file of PEM certificates only", "Give the certificates of the authorities, each between BEGIN CERTIFICATE and END CERTIFICATE.");
        }

        return pem;
    }

    /// <summary>As Go writes durations, which is how the operator writes them back: 24h0m0s.</summary>
    public static string Duration(string option, Duration value)
    {
        var time = value.ToTimeSpan();
        if (time < TimeSpan.FromSeconds(1))
        {
            throw Wrong(option, time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + "s", "is shorter than a second", "Write a duration such as 30m, 24h or 336h.");
        }

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}h{time.Minutes}m{time.Seconds}s");
        return time.TotalHours >= 1 ? text.ToString() : time.TotalMinutes >= 1 ? $"{time.Minutes}m{time.Seconds}s" : $"{time.Seconds}s";
    }

    public static JsonObject Settings(string option, string yaml)
    {
        try
        {
            return ManifestText.Value(yaml) as JsonObject ?? throw Wrong(option, "(no mapping)", "is not a mapping of Tempo's settings", "Write the sections of tempo.yaml, such as `ingester: {max_block_duration: 5s}`.");
        }
        catch (YamlException exception)
        {
            throw Wrong(option, $"line {exception.End.Line}, column {exception.End.Column}", $"is not YAML: {exception.Message.TrimEnd('.')}", "Correct it there or just before; two-space indentation, no tabs.");
        }
    }

    public static DiagnosticException Wrong(string option, string value, string what, string fix) => new(Codes.StackOption, value, $"{option} {what}", fix);

    [GeneratedRegex(@"^(?=.*[1-9])([0-9]+(\.[0-9]+)?|\.[0-9]+)(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$", RegexOptions.CultureInvariant)]
    private static partial Regex QuantityShape();

    [GeneratedRegex("^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex NameShape();

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9._:/-]*[a-z0-9])?(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$", RegexOptions.CultureInvariant)]
    private static partial Regex ImageShape();
}
