using Google.Protobuf;
using Grpc.Core;
using TempoCos.Otlp;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Distributor;

/// <summary>Turns batches by resource into one part for each trace. One bad id refuses the whole request.</summary>
public static class TraceRegrouping
{
    public static List<(TraceId16 Id, int Spans, PushedTrace Trace)> Regroup(IEnumerable<ResourceSpans> batches)
    {
        var parts = new Dictionary<TraceId16, Part>();
        foreach (var batch in batches)
        {
            foreach (var scope in batch.ScopeSpans)
            {
                foreach (var span in scope.Spans)
                {
                    var id = Check(span);
                    if (!parts.TryGetValue(id, out var part))
                    {
                        parts.Add(id, part = new());
                    }

                    part.Add(batch, scope, span);
                }
            }
        }

        return [.. parts.Select(pair => (pair.Key, pair.Value.Spans, pair.Value.ToPushed(pair.Key)))];
    }

    private static TraceId16 Check(Span span)
    {
        if (span.TraceId.Length != 16 || !span.TraceId.Span.ContainsAnyExcept((byte)0))
        {
            throw new PushFailureException(StatusCode.InvalidArgument, $"trace ids must be 128 bit, received {(span.TraceId.Length == 16 ? 0 : span.TraceId.Length * 8)} bits");
        }

        if (span.SpanId.Length != 8 || !span.SpanId.Span.ContainsAnyExcept((byte)0))
        {
            throw new PushFailureException(StatusCode.InvalidArgument, $"span ids must be 64 bit and not all zero, received {(span.SpanId.Length == 8 ? 0 : span.SpanId.Length * 8)} bits");
        }

        return TraceId16.FromBytes(span.TraceId.Span);
    }

    private sealed class Part
    {
        private readonly TracesData _trace = new();
        private ResourceSpans? _batch;
        private ScopeSpans? _scope;
        private ResourceSpans? _batchSource;
        private ScopeSpans? _scopeSource;
        private ulong _start = ulong.MaxValue;
        private ulong _end;

        public int Spans { get; private set; }

        public void Add(ResourceSpans batch, ScopeSpans scope, Span span)
        {
            if (!ReferenceEquals(batch, _batchSource))
            {
                _batchSource = batch;
                _scopeSource = null;
                _batch = new() { Resource = batch.Resource ?? new(), SchemaUrl = batch.SchemaUrl };
                _trace.ResourceSpans.Add(_batch);
            }

            if (!ReferenceEquals(scope, _scopeSource))
            {
                _scopeSource = scope;
                _scope = new() { Scope = scope.Scope ?? new(), SchemaUrl = scope.SchemaUrl };
                _batch!.ScopeSpans.Add(_scope);
            }

            // The collector's model has these always; so does what Tempo answers.
            span.Status ??= new();
            _scope!.Spans.Add(span);
            _start = Math.Min(_start, span.StartTimeUnixNano);
            _end = Math.Max(_end, span.EndTimeUnixNano);
            Spans++;
        }

        public PushedTrace ToPushed(TraceId16 id) => new()
        {
            TraceId = UnsafeByteOperations.UnsafeWrap(id.ToByteArray()),
            Trace = _trace.ToByteString(),
            Start = Seconds(_start),
            End = Seconds(_end),
        };

        private static uint Seconds(ulong nanos) => (uint)Math.Min(nanos / 1_000_000_000, uint.MaxValue);
    }
}
