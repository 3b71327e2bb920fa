using System.Net;
using System.Net.Http.Headers;
using k8s.Authentication;

namespace TempoCos.ServiceDefaults.Clusters;

/// <summary>Innermost: the headers that the kubeconfig asks for, and one more try with fresh credentials when the server refuses those that it had.</summary>
/// <param name="tokens">Gives tokens that may become new ones; null for those that do not.</param>
/// <param name="headers">Whom to act as.</param>
/// <param name="serverName">tls-server-name, or empty.</param>
/// <param name="oldConnections">How long connections go on that showed a plugin's certificate of before.</param>
internal sealed class CredentialHandler(ITokenProvider? tokens, IReadOnlyList<(string Name, string Value)> headers, string serverName, TimeSpan oldConnections) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        foreach (var named in headers.GroupBy(header => header.Name))
        {
            request.Headers.Remove(named.Key);
            request.Headers.TryAddWithoutValidation(named.Key, named.Select(header => header.Value));
        }

        if (serverName.Length > 0)
        {
            request.Headers.Host = serverName;
        }

        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized || tokens is null || !await RenewAsync(request, cancellationToken))
        {
            return response;
        }

        response.Dispose();
        return await base.SendAsync(request, cancellationToken);
    }

    /// <summary>Whether there are other credentials now than those that were refused.</summary>
    private async Task<bool> RenewAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var plugin = tokens as ExecPlugin;
        var (token, certificate) = (request.Headers.Authorization?.Parameter, plugin?.Certificate);
        plugin?.Refuse(token);
        request.Headers.Authorization = await tokens!.GetAuthenticationHeaderAsync(cancellationToken);
        if (certificate is not null && plugin!.Certificate is { } next && next.Thumbprint != certificate.Thumbprint)
        {
            await Task.Delay(oldConnections, cancellationToken);
            return true;
        }

        return request.Headers.Authorization?.Parameter != token;
    }
}
