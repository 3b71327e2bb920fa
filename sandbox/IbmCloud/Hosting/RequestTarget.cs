using Microsoft.AspNetCore.Http.Features;

namespace TempoCos.IbmCloud.Hosting;

/// <summary>Path and query as the client sent them; Kestrel's own path has dot segments and escapes resolved already.</summary>
public readonly record struct RequestTarget(string Path, string Query)
{
    public static RequestTarget Of(HttpContext context)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (raw.Length == 0 || raw[0] != '/')
        {
            // Absolute form, as sent to a proxy.
            var scheme = raw.IndexOf("://", StringComparison.Ordinal);
            var slash = scheme < 0 ? -1 : raw.IndexOf('/', scheme + 3);
            raw = slash < 0 ? "/" : raw[slash..];
        }

        var question = raw.IndexOf('?', StringComparison.Ordinal);
        return question < 0 ? new RequestTarget(raw, "") : new RequestTarget(raw[..question], raw[(question + 1)..]);
    }

    /// <summary>The path's segments, decoded one by one, so that an encoded CRN is one segment.</summary>
    public string[] Segments() => [.. Path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
}
