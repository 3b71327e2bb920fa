using System.Net.Sockets;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>Shows that each endpoint answers in its own protocol before it is handed out.</summary>
internal static class EndpointProbe
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan OneTry = TimeSpan.FromSeconds(10);

    /// <summary>HTTP/2's client preface with an empty SETTINGS frame, which any gRPC server answers with its own.</summary>
    private static ReadOnlyMemory<byte> Http2Preface { get; } = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"u8.ToArray();

    public static async Task CheckAsync(TempoEndpoints endpoints, TimeProvider time, CancellationToken deadline, CancellationToken cancellation)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero });
        await Task.WhenAll(
            UntilAsync("the distributor's OTLP/gRPC", endpoints.OtlpGrpc, Http2Async),
            UntilAsync("the query-frontend", endpoints.QueryFrontend, (address, stop) => HttpAsync(http, new Uri(address, "/ready"), stop)),
            UntilAsync("the ingester", endpoints.Ingester, (address, stop) => HttpAsync(http, new Uri(address, "/ready"), stop)),
            endpoints.Jaeger.Length == 0
                ? Task.CompletedTask
                : UntilAsync("Jaeger", endpoints.Jaeger, (address, stop) => HttpAsync(http, new Uri(address, "/api/services"), stop)));

        async Task UntilAsync(string what, string address, Func<Uri, CancellationToken, Task> tryAsync)
        {
            var last = "it was not tried";
            while (true)
            {
                try
                {
                    using var limit = CancellationTokenSource.CreateLinkedTokenSource(deadline);
                    limit.CancelAfter(OneTry);
                    await tryAsync(new Uri(address), limit.Token);
                    return;
                }
                catch (Exception exception) when (!cancellation.IsCancellationRequested
                    && exception is HttpRequestException or IOException or SocketException or OperationCanceledException)
                {
                    last = exception is OperationCanceledException && last != "it was not tried" ? last : (exception.InnerException ?? exception).Message;
                }

                if (deadline.IsCancellationRequested)
                {
                    throw new DiagnosticException(
                        Codes.NotReachable, address, $"{what} is ready but does not answer through {endpoints.ReachedBy}: {last.TrimEnd('.')}",
                        "See that this user may create pods/portforward, and that no network policy is in the way.");
                }

                await Task.Delay(Pause, time, cancellation);
            }
        }
    }

    private static async Task HttpAsync(HttpClient http, Uri address, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(address, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    private static async Task Http2Async(Uri address, CancellationToken cancellationToken)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(address.Host, address.Port, cancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Http2Preface, cancellationToken);
        var answer = new byte[9];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        if (answer[3] != 4)
        {
            throw new IOException("what answers does not speak HTTP/2");
        }
    }
}
