using System.Net.Sockets;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Containers;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Kubelet.Probes;

/// <summary>A GET that is answered with 200 to 399. Certificates are not looked at, and redirections not followed.</summary>
public sealed class HttpProbe : IDisposable
{
    private const string Agent = "kube-probe/1.32";

    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        // A connection that is kept would say of a process that has ended that it is there.
        PooledConnectionLifetime = TimeSpan.Zero,
        // A kubelet asks whether the container answers, not who it is.
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null },
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    public async Task<string?> TryAsync(JsonObject action, IReadOnlyList<PortMapping> ports, TimeSpan timeout, CancellationToken cancellation)
    {
        if (ProbeTarget.Find(action, ports) is not var (host, port))
        {
            return ProbeTarget.Unknown(action);
        }

        var path = action.Text("path") is { Length: > 0 } given ? given : "/";
        var url = $"{(action.Text("scheme") == "HTTPS" ? "https" : "http")}://{host}:{port}{(path.StartsWith('/') ? "" : "/")}{path}";
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.TryAddWithoutValidation("User-Agent", Agent);
            request.Headers.TryAddWithoutValidation("Accept", "*/*");
            foreach (var header in action.Objects("httpHeaders"))
            {
                request.Headers.Remove(header.Text("name") ?? "");
                request.Headers.TryAddWithoutValidation(header.Text("name") ?? "", header.Text("value"));
            }

            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return (int)response.StatusCode is >= 200 and < 400 ? null : $"HTTP probe failed with statuscode: {(int)response.StatusCode}";
        }
        catch (Exception problem) when (problem is HttpRequestException or UriFormatException)
        {
            return $"Get \"{url}\": {(problem.InnerException is SocketException refused ? $"dial tcp {host}:{port}: {TcpProbe.Words(refused)}" : problem.Message)}";
        }
        catch (OperationCanceledException)
        {
            return $"Get \"{url}\": context deadline exceeded (Client.Timeout of {GoDuration.Format(timeout)} exceeded while awaiting headers)";
        }
    }

    public void Dispose() => http.Dispose();
}
