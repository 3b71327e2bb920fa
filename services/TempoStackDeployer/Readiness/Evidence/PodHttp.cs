using System.Net.Security;
using System.Text;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Reach;

namespace TempoCos.TempoStackDeployer.Readiness.Evidence;

/// <summary>HTTP to one port of one pod, ready or not, by a port-forward of the API server.</summary>
internal sealed class PodHttp : IDisposable
{
    /// <summary>More than any page of Tempo's that is read here has.</summary>
    private const int MostBytes = 4 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient _client;

    private PodHttp(ClusterConnection cluster, string @namespace, string pod, int port, string host, SslClientAuthenticationOptions? tls)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectCallback = async (_, stop) =>
            {
                var socket = await PodSocket.OpenAsync(cluster, @namespace, pod, port, stop);
                return new PodStream(socket, text => new ReachFault(
                    Codes.NotReachable, $"{@namespace}/{pod}:{port}", text.Trim().TrimEnd('.'), "See the pod's log, and whether the component is configured to open the port.", false));
            },
        };
        if (tls is not null)
        {
            handler.SslOptions = tls;
        }

        _client = new HttpClient(handler) { BaseAddress = new Uri($"{(tls is null ? "http" : "https")}://{host}:{port}"), Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.Accept.ParseAdd("application/json, text/plain;q=0.9, */*;q=0.8");
    }

    /// <summary>In plain text.</summary>
    public static PodHttp Plain(ClusterConnection cluster, string @namespace, string pod, int port) => new(cluster, @namespace, pod, port, pod, null);

    /// <summary>As a kubelet asks its probes: whatever certificate there is will do.</summary>
    public static PodHttp Unverified(ClusterConnection cluster, string @namespace, string pod, int port) =>
        new(cluster, @namespace, pod, port, pod, new() { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null });

    /// <summary>With the operator's certificates, of which the pod's has to be for <paramref name="host"/>.</summary>
    public static PodHttp Encrypted(ClusterConnection cluster, string @namespace, string pod, int port, string host, ClusterTls tls) =>
        new(cluster, @namespace, pod, port, host, tls.ToOptions());

    /// <summary>An answer with its whole body, cut off at 4 MiB.</summary>
    /// <exception cref="HttpRequestException">There is none.</exception>
    /// <exception cref="TimeoutException">There is none in time.</exception>
    public async Task<PodAnswer> GetAsync(string path, CancellationToken cancellationToken, string? tenant = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (tenant is not null)
            {
                request.Headers.TryAddWithoutValidation("X-Scope-OrgID", tenant);
            }

            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return new PodAnswer((int)response.StatusCode, await ReadAsync(response, limit.Token), response.Headers.Date, DateTimeOffset.UtcNow);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {Patience.TotalSeconds:0} s", exception);
        }
    }

    public void Dispose() => _client.Dispose();

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var kept = new MemoryStream();
        var buffer = new byte[16 << 10];
        int count;
        while (kept.Length < MostBytes && (count = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            kept.Write(buffer, 0, count);
        }

        return Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length);
    }
}
