using System.Net;
using System.Net.Sockets;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>Shows that each endpoint answers in its own protocol before it is handed out.</summary>
internal static class EndpointProbe
{
    private const string Export = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan OneTry = TimeSpan.FromSeconds(10);

    /// <summary>How long a Service's name may take to resolve: the Service is there already.</summary>
    private static readonly TimeSpan NameWithin = TimeSpan.FromSeconds(20);

    /// <summary>HTTP/2's client preface with an empty SETTINGS frame, which any gRPC server answers with its own.</summary>
    private static ReadOnlyMemory<byte> Http2Preface { get; } = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"u8.ToArray();

    /// <summary>An export of no traces, as gRPC frames it.</summary>
    private static ReadOnlyMemory<byte> EmptyMessage { get; } = new byte[5];

    /// <exception cref="DiagnosticException">An endpoint does not answer before the deadline, or cannot.</exception>
    public static async Task CheckAsync(StackReach reach, TimeProvider time, CancellationToken deadline, CancellationToken cancellation)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.Zero });
        await Task.WhenAll(reach.Ways.Select(way => UntilAsync(way)));

        async Task UntilAsync(Way way)
        {
            var last = "it was not tried";
            var begun = time.GetTimestamp();
            while (true)
            {
                try
                {
                    using var limit = CancellationTokenSource.CreateLinkedTokenSource(deadline);
                    limit.CancelAfter(OneTry);
                    if (way is { Upstream: null, By: ReachedBy.InCluster })
                    {
                        await ResolveAsync(way, limit.Token);
                    }

                    await TryAsync(http, way, limit.Token);
                    way.Fault = null;
                    return;
                }
                catch (Exception exception) when (!cancellation.IsCancellationRequested
                    && exception is HttpRequestException or IOException or SocketException or OperationCanceledException)
                {
                    last = exception is OperationCanceledException && last != "it was not tried" ? last : (exception.InnerException ?? exception).Message;
                }

                var fault = reach.Fault(way);
                if (fault is { IsFinal: true } || (fault is { Code: Codes.HostUnknown } && way.By == ReachedBy.InCluster && time.GetElapsedTime(begun) > NameWithin))
                {
                    throw fault.ToException();
                }

                if (deadline.IsCancellationRequested)
                {
                    throw fault is null || fault.Code == Codes.NotReachable ? Unreached(way, fault, last) : fault.ToException();
                }

                await Task.Delay(Pause, time, cancellation);
            }
        }
    }

    /// <summary>Nobody stands between who would say that it was the name.</summary>
    private static async Task ResolveAsync(Way way, CancellationToken limit)
    {
        try
        {
            await HostName.ResolveAsync(way.Address!.Host, limit);
            way.Fault = null;
        }
        catch (ReachFaultException exception)
        {
            way.Fault = exception.Fault;
            throw;
        }
    }

    private static DiagnosticException Unreached(Way way, ReachFault? fault, string last) => new(
        Codes.NotReachable, way.Target, $"{Named(way.Endpoint)} is ready but does not answer by {way.By}: {(fault?.Reason ?? last).TrimEnd('.')}",
        fault?.Fix ?? (way.By == ReachedBy.InCluster
            ? "See that pods of the Service are ready, and that no network policy is in the way."
            : "See that this user may create pods/portforward, and that no network policy is in the way."));

    private static string Named(string endpoint) => endpoint switch
    {
        EndpointName.OtlpGrpc => "The distributor's OTLP/gRPC",
        EndpointName.QueryFrontend => "The query-frontend",
        EndpointName.Jaeger => "Jaeger",
        _ => "The ingester",
    };

    private static Task TryAsync(HttpClient http, Way way, CancellationToken cancellationToken) => way switch
    {
        // Our own listener answers a preface by itself; what is behind it has to answer a call.
        { IsGrpc: true, Upstream: not null } => ExportAsync(http, way, cancellationToken),
        { IsGrpc: true } => Http2Async(way.Address!, cancellationToken),
        { Endpoint: EndpointName.Jaeger } => HttpAsync(http, new Uri(way.Address!, "/api/services"), cancellationToken),

        // The gateway lets through what is below /api only.
        { Gateway: true } => HttpAsync(http, new Uri(way.Address!, "/api/echo"), cancellationToken),
        _ => HttpAsync(http, new Uri(way.Address!, "/ready"), cancellationToken),
    };

    private static async Task HttpAsync(HttpClient http, Uri address, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(address, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    private static async Task ExportAsync(HttpClient http, Way way, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(way.Address!, Export))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ReadOnlyMemoryContent(EmptyMessage),
        };
        request.Headers.TE.Add(new("trailers"));
        request.Content.Headers.ContentType = new("application/grpc");
        using var response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        var status = Header("grpc-status");
        if (status != "0")
        {
            throw new IOException($"the export of no traces is answered by gRPC status {(status.Length > 0 ? status : "none")}: {Uri.UnescapeDataString(Header("grpc-message"))}");
        }

        string Header(string name) =>
            response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? values.First() : "";
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
