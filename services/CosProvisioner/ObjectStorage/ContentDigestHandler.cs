using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>
/// Deleting many objects takes a digest of the list. The SDK makes it when it signs, and with a bearer token there is nothing to sign;
/// MD5 because every S3 knows it.
/// </summary>
internal sealed class ContentDigestHandler : DelegatingHandler
{
    [SuppressMessage("Security", "CA5351", Justification = "S3 prescribes the algorithm, and it guards against accidents only.")]
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request is { Method.Method: "POST", Content: { Headers.ContentMD5: null } content })
        {
            content.Headers.ContentMD5 = MD5.HashData(await content.ReadAsByteArrayAsync(cancellationToken));
        }

        return await base.SendAsync(request, cancellationToken);
    }
}
