using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>
/// Deleting many objects and setting rules and tags take a digest of the document. The SDK makes a CRC when it signs, and none with a bearer token; MD5 because
/// every S3 knows it.
/// </summary>
internal sealed class ContentDigestHandler : DelegatingHandler
{
    private static readonly string[] Documents = ["delete", "lifecycle", "tagging"];

    [SuppressMessage("Security", "CA5351", Justification = "S3 prescribes the algorithm, and it guards against accidents only.")]
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { Headers.ContentMD5: null } content && IsDocument(request))
        {
            content.Headers.ContentMD5 = MD5.HashData(await content.ReadAsByteArrayAsync(cancellationToken));
        }

        return await base.SendAsync(request, cancellationToken);
    }

    private static bool IsDocument(HttpRequestMessage request) =>
        request.Method.Method is "POST" or "PUT"
        && request.RequestUri is { Query: { Length: > 1 } query }
        && Documents.Contains(query[1..].Split('=', '&')[0], StringComparer.Ordinal);
}
