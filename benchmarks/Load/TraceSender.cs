using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using TempoCos.Otlp;

namespace TempoCos.Benchmarks.Load;

/// <summary>Sends encoded requests over OTLP/gRPC, each sender with one request in flight on a connection of its own.</summary>
internal sealed class TraceSender(string endpoint, Workload workload, IReadOnlyList<EncodedRequest> requests, int senders)
{
    private static readonly TimeSpan CallDeadline = TimeSpan.FromSeconds(30);

    private static readonly Method<byte[], ExportTraceServiceResponse> Export = new(
        MethodType.Unary,
        "opentelemetry.proto.collector.trace.v1.TraceService",
        "Export",
        Marshallers.Create<byte[]>((body, context) => context.Complete(body), context => context.PayloadAsNewBuffer()),
        Marshallers.Create((_, _) => throw new NotSupportedException(), context => ExportTraceServiceResponse.Parser.ParseFrom(context.PayloadAsReadOnlySequence())));

    private int _pass;

    /// <summary>Every request once.</summary>
    public Task<LoadResult> SendAllAsync(CancellationToken cancellationToken) => RunAsync(null, cancellationToken);

    /// <summary>Requests for the given time, over and over, with fresh trace ids each time.</summary>
    public Task<LoadResult> SendForAsync(TimeSpan duration, CancellationToken cancellationToken) => RunAsync(duration, cancellationToken);

    private async Task<LoadResult> RunAsync(TimeSpan? duration, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var tasks = Enumerable.Range(0, senders).Select(sender => Task.Run(() => SendAsync(sender, clock, duration, cancellationToken), cancellationToken));
        var results = await Task.WhenAll(tasks);
        var elapsed = clock.Elapsed;
        _pass = results.Max(result => result.Pass);
        return new LoadResult(
            results.Sum(result => result.Spans),
            results.Sum(result => result.Failures),
            results.Select(result => result.FirstFailure).FirstOrDefault(failure => failure is not null),
            elapsed,
            [.. results.SelectMany(result => result.Milliseconds)]);
    }

    private async Task<(long Spans, long Failures, string? FirstFailure, List<double> Milliseconds, int Pass)> SendAsync(
        int sender, Stopwatch clock, TimeSpan? duration, CancellationToken cancellationToken)
    {
        using var channel = GrpcChannel.ForAddress(endpoint);
        var invoker = channel.CreateCallInvoker();
        var milliseconds = new List<double>();
        var (spans, failures, pass) = (0L, 0L, _pass);
        string? firstFailure = null;
        for (var i = sender; ; i += senders)
        {
            if (duration is null ? i >= requests.Count : clock.Elapsed >= duration)
            {
                return (spans, failures, firstFailure, milliseconds, pass);
            }

            var request = requests[i % requests.Count];
            if (duration is not null)
            {
                pass = _pass + 1 + (i / requests.Count);
                request.Patch(workload, pass);
            }

            var started = Stopwatch.GetTimestamp();
            try
            {
                var options = new CallOptions(deadline: DateTime.UtcNow + CallDeadline, cancellationToken: cancellationToken);
                var response = await invoker.AsyncUnaryCall(Export, null, options, request.Body);
                milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                spans += request.Spans - (response.PartialSuccess?.RejectedSpans ?? 0);
            }
            catch (RpcException exception) when (!cancellationToken.IsCancellationRequested)
            {
                failures++;
                firstFailure ??= exception.Status.ToString();
                if (failures > 20)
                {
                    return (spans, failures, firstFailure, milliseconds, pass);
                }
            }
        }
    }
}
