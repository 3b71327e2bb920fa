using System.Net;
using System.Net.Http.Headers;

namespace TempoCos.CosProvisioner.Iam;

/// <summary>Signs requests with the IAM token. When it is refused, the request is sent once more with a new one.</summary>
internal sealed class BearerTokenHandler(IamTokenSource tokens, TimeProvider time) : DelegatingHandler
{
    // The object store answers 403 to a token that has gone stale; to a new one, 403 means what it says.
    private static readonly TimeSpan TooYoungToBeStale = TimeSpan.FromMinutes(1);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content)
        {
            await content.LoadIntoBufferAsync(cancellationToken);
        }

        var token = await tokens.GetAsync(cancellationToken);
        var response = await SendAsync(request, token, cancellationToken);
        if (!IsStale(token, response.StatusCode))
        {
            return response;
        }

        response.Dispose();
        tokens.Discard(token);
        return await SendAsync(request, await tokens.GetAsync(cancellationToken), cancellationToken);
    }

    private bool IsStale(IamToken token, HttpStatusCode status) =>
        status == HttpStatusCode.Unauthorized
        || (status == HttpStatusCode.Forbidden && time.GetUtcNow() - token.IssuedAt > TooYoungToBeStale);

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, IamToken token, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Bearer);
        return base.SendAsync(request, cancellationToken);
    }
}
