using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json;
using k8s;
using k8s.Autorest;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>A token for the gateway. It is read again before it expires, when it was refused, and after a while in any case.</summary>
/// <param name="source">Where it is from, for errors; never the token itself.</param>
/// <param name="readAsync">Reads it.</param>
/// <param name="time">Says when it expires.</param>
internal sealed class BearerToken(string source, Func<CancellationToken, Task<string>> readAsync, TimeProvider time)
{
    private static readonly TimeSpan LongestKept = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(30);
    private volatile Kept? _kept;

    public string Source => source;

    /// <summary>The one that <paramref name="options"/> names, else the setting, else the kubeconfig's own in OpenShift mode; null when there is none.</summary>
    public static BearerToken? Of(ClusterConnection cluster, ReachOptions options, IConfiguration configuration, string tenantMode, TimeProvider time)
    {
        const string setting = "Tempo:Token";
        if (options.TokenSecret.Length > 0)
        {
            return FromSecret(cluster, options.TokenSecret, time);
        }

        if (!string.IsNullOrWhiteSpace(configuration[setting]))
        {
            return new BearerToken("the setting Tempo__Token", _ => Task.FromResult(configuration[setting]?.Trim() ?? ""), time);
        }

        return tenantMode == "openshift" ? new BearerToken("the kubeconfig's user", token => OfUserAsync(cluster, token), time) : null;
    }

    /// <exception cref="ReachFaultException">It cannot be read.</exception>
    public async ValueTask<string> CurrentAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_kept is { } kept && kept.Until > now)
        {
            return kept.Token;
        }

        var token = await readAsync(cancellationToken);
        var expires = Expiry(token) is { } end ? end - Before : DateTimeOffset.MaxValue;
        _kept = new(token, expires < now + LongestKept ? expires : now + LongestKept);
        return token;
    }

    /// <summary>It was refused: the next request reads it again.</summary>
    public void Forget() => _kept = null;

    private static BearerToken FromSecret(ClusterConnection cluster, string name, TimeProvider time)
    {
        if (name.Split('/') is not [{ Length: > 0 } @namespace, var rest] || rest.Split(':') is not [{ Length: > 0 } secret, { Length: > 0 } key])
        {
            throw new DiagnosticException(Codes.NoGatewayToken, name, "The Secret of the gateway's token is not named as NAMESPACE/NAME:KEY", "Name it so, such as observability/reader:token.");
        }

        return new BearerToken($"the Secret {name}", ReadAsync, time);

        async Task<string> ReadAsync(CancellationToken cancellationToken)
        {
            try
            {
                var found = await cluster.Client.CoreV1.ReadNamespacedSecretAsync(secret, @namespace, cancellationToken: cancellationToken);
                return found.Data?.TryGetValue(key, out var bytes) == true && bytes.Length > 0
                    ? Encoding.UTF8.GetString(bytes).Trim()
                    : throw Unreadable("the Secret has no such key", null);
            }
            catch (HttpOperationException exception) when (exception.Response.StatusCode == HttpStatusCode.NotFound)
            {
                throw Unreadable("the Secret does not exist", exception);
            }
            catch (DiagnosticException exception) when (exception.Code == Codes.Forbidden)
            {
                throw Unreadable("this user may not get the Secret", exception);
            }
        }

        ReachFaultException Unreadable(string why, Exception? exception) => new(
            new(Codes.NoGatewayToken, name, $"The token for the gateway cannot be read: {why}", $"Have a role bound in {@namespace} that allows get of secrets/{secret}, and see its keys.", true), exception);
    }

    private static async Task<string> OfUserAsync(ClusterConnection cluster, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, cluster.Server);
        if (cluster.Client.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(request, cancellationToken);
        }

        return request.Headers.Authorization is { Scheme: "Bearer", Parameter: { Length: > 0 } token }
            ? token
            : throw new ReachFaultException(new(
                Codes.NoGatewayToken, cluster.Server, "The gateway wants a token, and the kubeconfig's user has none: it shows a certificate",
                "Name a Secret with a token, or set Tempo__Token.", true));
    }

    // What is no JSON Web Token does not say when it ends.
    private static DateTimeOffset? Expiry(string token)
    {
        if (token.Split('.') is not [_, var payload, _])
        {
            return null;
        }

        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            return claims.RootElement.TryGetProperty("exp", out var end) && end.TryGetInt64(out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private sealed record Kept(string Token, DateTimeOffset Until);
}
