using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Containers;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Kubelet.Probes;

/// <summary>grpc.health.v1.Health/Check that answers SERVING, without TLS as Kubernetes has it.</summary>
public sealed class GrpcProbe : IDisposable
{
    private const int Serving = 1;
    private const int Unimplemented = 12;
    private const int NotFound = 5;
    private const int FrameHeader = 5;
    private static readonly string[] Statuses = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null, PooledConnectionLifetime = TimeSpan.Zero })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    public async Task<string?> TryAsync(JsonObject action, IReadOnlyList<PortMapping> ports, TimeSpan timeout, CancellationToken cancellation)
    {
        if (ProbeTarget.Find(action, ports) is not var (host, port))
        {
            return ProbeTarget.Unknown(action);
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{host}:{port}/grpc.health.v1.Health/Check")
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new ByteArrayContent(Request(action.Text("service") ?? "")),
            };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
            using var response = await http.SendAsync(request, cancellation);
            var body = await response.Content.ReadAsByteArrayAsync(cancellation);
            return Header(response, "grpc-status") switch
            {
                "0" => Status(body) is Serving ? null : $"service unhealthy (responded with \"{Statuses[Math.Clamp(Status(body), 0, Statuses.Length - 1)]}\")",
                var code when code == Unimplemented.ToString(null, null) =>
                    $"error: this server does not implement the grpc health protocol (grpc.health.v1.Health): {Header(response, "grpc-message")}",
                var code when code == NotFound.ToString(null, null) => "service unhealthy (responded with \"SERVICE_UNKNOWN\")",
                _ => $"error: health rpc probe failed: rpc error: code = {Header(response, "grpc-status")} desc = {Header(response, "grpc-message")}",
            };
        }
        catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException)
        {
            return $"timeout: failed to connect service \"{host}:{port}\" within {GoDuration.Format(timeout)}: {(problem is OperationCanceledException ? "context deadline exceeded" : problem.Message)}";
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>A frame with HealthCheckRequest { string service = 1 }.</summary>
    private static byte[] Request(string service)
    {
        var name = Encoding.UTF8.GetBytes(service);
        byte[] message = name.Length == 0 ? [] : [0x0a, (byte)name.Length, .. name];
        return [0, 0, 0, 0, (byte)message.Length, .. message];
    }

    /// <summary>HealthCheckResponse { ServingStatus status = 1 }; a status of 0 is left out.</summary>
    private static int Status(byte[] body) => body.Length >= FrameHeader + 2 && body[FrameHeader] == 0x08 ? body[FrameHeader + 1] : 0;

    private static string? Header(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var trailing) || response.Headers.TryGetValues(name, out trailing) ? trailing.FirstOrDefault() : null;
}
