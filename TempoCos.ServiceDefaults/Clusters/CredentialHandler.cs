using System.Net;
using System.Net.Http.Headers;
using k8s.Authentication;

namespace TempoCos.ServiceDefaults.Clusters;

/// <summary>Innermost: the headers that the kubeconfig asks for, and one more try with fresh credentials when the server refuses those that it had.</summary>
/// <param name="tokens">Gives tokens that may become new ones; null for those that do not.</param>
/// <param name="headers">Whom to act as.</param>
/// <param name="serverName">tls-server-name, or empty.</param>
internal sealed class CredentialHandler(ITokenProvider? tokens, IReadOnlyList<(string Name, string Value)> headers, string serverName) : DelegatingHandler
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
        if (response.StatusCode != HttpStatusCode.Unauthorized || tokens is null || await FreshAsync(request.Headers.Authorization, cancellationToken) is not { } fresh)
        {
            return response;
        }

        response.Dispose();
        request.Headers.Authorization = fresh;
        return await base.SendAsync(request, cancellationToken);
    }

    private async Task<AuthenticationHeaderValue?> FreshAsync(AuthenticationHeaderValue? refused, CancellationToken cancellationToken)
    {
        if (tokens is ExecPlugin plugin)
        {
            plugin.Refuse(refused?.Parameter);
        }

        var fresh = await tokens!.GetAuthenticationHeaderAsync(cancellationToken);
        return fresh?.Parameter == refused?.Parameter ? null : fresh;
    }
}
