using Grpc.Core;
using Grpc.Net.Client;
using TempoCos.Otlp;
using TempoCos.TempoBlocks;
using TempoCos.Traces;

namespace TempoCos.QueryVerifier.Tempo;

/// <summary>Sends traces of its own, of another run id, which nobody has flushed yet.</summary>
internal sealed class CanarySender(Uri otlpEndpoint, string tenant, string runId, TimeSpan timeout, TimeProvider time)
{
    private const ulong Seed = 0xCA9A57;
    private int _sent;

    /// <param name="end">When its spans end at the latest; now when null.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The canary's id.</returns>
    /// <exception cref="RpcException">It was not taken.</exception>
    public async Task<TraceId16> SendAsync(DateTimeOffset? end, CancellationToken ct)
    {
        var canaryRun = $"{runId}-canary";
        var now = time.GetUtcNow();
        var trace = TraceSource.Generate(TraceProfile.Shop, Seed + (ulong)now.Ticks, (end ?? now) - TraceProfile.Shop.Longest, canaryRun, _sent++);
        var request = new ExportTraceServiceRequest();
        request.ResourceSpans.AddRange(trace.ResourceSpans);
        using var channel = GrpcChannel.ForAddress(otlpEndpoint, new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler(), DisposeHttpClient = true });
        var headers = new Metadata();
        if (tenant.Length > 0)
        {
            headers.Add("x-scope-orgid", tenant);
        }

        await new TraceService.TraceServiceClient(channel).ExportAsync(request, new CallOptions(headers, DateTime.UtcNow + timeout, ct));
        return TraceId16.FromBytes(trace.ResourceSpans[0].ScopeSpans[0].Spans[0].TraceId.Span);
    }
}
