using System.Runtime.CompilerServices;
using TempoCos.Contracts;
using TempoCos.Otlp;
using TempoCos.TraceGenerator.Sending;
using TempoCos.Traces;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace TempoCos.TraceGenerator.Requests;

/// <summary>
/// Makes the traces one after another, at the ordered rate, cuts them into requests, and keeps what the manifest says about them.
/// Never holds more than one request.
/// </summary>
internal sealed class TraceBatches(GenerateOrder order, SendingOptions options, TimeProvider time) : IDisposable
{
    // Bytes around a resource's spans in a request: field tag and length.
    private const int Framing = 6;

    private readonly TraceHash _hash = new();
    private ulong _start = ulong.MaxValue;
    private ulong _end;
    private long _spans;

    public async IAsyncEnumerable<TraceBatch> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var started = time.GetTimestamp();
        var request = new ExportTraceServiceRequest();
        var (bytes, traces, spans) = (0, 0, 0L);
        for (long index = 0; index < order.Count; index++)
        {
            var wait = order.TracesPerSecond > 0 ? TimeSpan.FromSeconds(index / order.TracesPerSecond) - time.GetElapsedTime(started) : TimeSpan.Zero;
            var trace = TraceSource.Generate(order.Profile, order.Seed, order.Base, order.RunId, index);
            var size = trace.CalculateSize() + (Framing * trace.ResourceSpans.Count);
            if (traces > 0 && (wait > TimeSpan.Zero || bytes + size > options.MaxRequestBytes || traces == options.MaxTracesPerRequest))
            {
                yield return new TraceBatch(request, traces, spans);
                request = new ExportTraceServiceRequest();
                (bytes, traces, spans) = (0, 0, 0);
            }

            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, ct);
            }

            request.ResourceSpans.AddRange(trace.ResourceSpans);
            (bytes, traces, spans) = (bytes + size, traces + 1, spans + Note(trace));
        }

        if (traces > 0)
        {
            yield return new TraceBatch(request, traces, spans);
        }
    }

    /// <summary>Of everything that was read.</summary>
    public TraceManifest Manifest() => new()
    {
        Seed = order.Seed,
        Profile = order.Profile.Name,
        Count = order.Count,
        Spans = _spans,
        Start = FromUnixNano(_start),
        End = FromUnixNano(_end),
        ContentHash = _hash.ToString(),
        Base = Timestamp.FromDateTimeOffset(order.Base),
        RunId = order.RunId,
    };

    public void Dispose() => _hash.Dispose();

    private int Note(TracesData trace)
    {
        _hash.Add(trace);
        var spans = 0;
        foreach (var span in trace.ResourceSpans.SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans))
        {
            spans++;
            _start = Math.Min(_start, span.StartTimeUnixNano);
            _end = Math.Max(_end, span.EndTimeUnixNano);
        }

        _spans += spans;
        return spans;
    }

    private static Timestamp FromUnixNano(ulong nanoseconds) =>
        new() { Seconds = (long)(nanoseconds / 1_000_000_000), Nanos = (int)(nanoseconds % 1_000_000_000) };
}
