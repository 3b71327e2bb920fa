using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TempoCos.Otlp;

namespace TempoCos.TraceGenerator.Tests;

/// <summary>A real OTLP/gRPC server on Kestrel that answers as the test says and keeps what it took.</summary>
internal sealed class OtlpReceiver(Func<ExportTraceServiceRequest, ServerCallContext, int, ExportTraceServiceResponse> answer, bool keep) : TraceService.TraceServiceBase, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private WebApplication? _app;
    private int _requests;

    public List<ExportTraceServiceRequest> Received { get; } = [];

    public string Address { get; private set; } = "";

    public static Task<OtlpReceiver> StartAsync(CancellationToken ct) => StartAsync((_, _, _) => new ExportTraceServiceResponse(), ct);

    /// <param name="answer">Gets each request that holds spans, with its number from 1 on.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="keep">Whether requests are kept.</param>
    public static async Task<OtlpReceiver> StartAsync(Func<ExportTraceServiceRequest, ServerCallContext, int, ExportTraceServiceResponse> answer, CancellationToken ct, bool keep = true)
    {
        var receiver = new OtlpReceiver(answer, keep);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(receiver);
        receiver._app = builder.Build();
        receiver._app.MapGrpcService<OtlpReceiver>();
        await receiver._app.StartAsync(ct);
        receiver.Address = receiver._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return receiver;
    }

    public static IEnumerable<Span> Spans(ExportTraceServiceRequest request) => request.ResourceSpans.SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans);

    public override Task<ExportTraceServiceResponse> Export(ExportTraceServiceRequest request, ServerCallContext context)
    {
        if (request.ResourceSpans.Count == 0)
        {
            return Task.FromResult(new ExportTraceServiceResponse());
        }

        lock (_lock)
        {
            if (keep)
            {
                Received.Add(request);
            }
        }

        return Task.FromResult(answer(request, context, Interlocked.Increment(ref _requests)));
    }

    /// <summary>Cuts the connection without an answer, after the request was taken.</summary>
    public static ExportTraceServiceResponse Break(ServerCallContext context)
    {
        context.GetHttpContext().Abort();
        throw new IOException("cut");
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            await app.DisposeAsync();
        }
    }
}
