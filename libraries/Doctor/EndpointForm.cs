namespace TempoCos.Doctor;

/// <summary>What an endpoint says, and how it has to be written: with a scheme for the operator's Secret, without one for Tempo.</summary>
internal sealed record EndpointForm(Uri? Address, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings)
{
    private const string Legacy = "objectstorage.softlayer.net";
    private const string LegacyPrivate = "objectstorage.service.networklayer.com";

    /// <summary>For the Secret's <c>endpoint</c>.</summary>
    public string ForSecret => Address?.GetLeftPart(UriPartial.Authority) ?? "";

    /// <summary>For <c>storage.trace.s3.endpoint</c>.</summary>
    public string ForTempo => Address?.Authority ?? "";

    public static EndpointForm Of(string text, string bucket)
    {
        var (errors, warnings) = (new List<string>(), new List<string>());
        var trimmed = text.Trim();
        if (trimmed.Length == 0)
        {
            return new EndpointForm(null, ["it is empty"], []);
        }

        if (trimmed.Length < text.Length)
        {
            errors.Add("there is white space around it");
        }

        if (!trimmed.Contains("://", StringComparison.Ordinal))
        {
            warnings.Add("it has no scheme, without which the operator refuses it in its Secret");
            trimmed = $"https://{trimmed}";
        }

        if (!Uri.TryCreate(trimmed, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
        {
            return new EndpointForm(null, [.. errors, "it is not an http or https address of a host"], []);
        }

        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            errors.Add("there is more in it than scheme and host");
        }

        if (uri.AbsolutePath != "/")
        {
            errors.Add(uri.AbsolutePath.Trim('/') == bucket ? "the bucket is in its path, where Tempo puts it again" : $"it has the path {uri.AbsolutePath}, with which Tempo does not start");
        }
        else if (trimmed.EndsWith('/'))
        {
            warnings.Add("it ends with a slash, which Tempo refuses when it is copied into tempo.yaml");
        }

        var host = uri.Host;
        if (host.StartsWith($"{bucket}.", StringComparison.OrdinalIgnoreCase))
        {
            errors.Add("the bucket is in its host name: Tempo would look for a bucket in the bucket");
            host = host[(bucket.Length + 1)..];
        }

        if (host.EndsWith(Legacy, StringComparison.OrdinalIgnoreCase) || host.EndsWith(LegacyPrivate, StringComparison.OrdinalIgnoreCase))
        {
            errors.Add("its domain is the one that IBM has retired; today's is cloud-object-storage.appdomain.cloud");
        }

        if (uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback && !host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            warnings.Add("it is plain http: key ids and traces go over the network unencrypted");
        }

        return new EndpointForm(new Uri($"{uri.Scheme}://{host}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}"), errors, warnings);
    }
}
