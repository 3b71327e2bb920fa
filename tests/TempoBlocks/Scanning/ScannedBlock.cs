using TempoCos.Otlp;
using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.TempoBlocks.Tests.Scanning;

/// <summary>A block with all its spans in memory, to compare scans of it with.</summary>
internal sealed class ScannedBlock(BlockReader reader, IReadOnlyList<TraceRecord> records)
{
    private readonly Dictionary<ScanTarget, List<Entry>> _values = [];
    private readonly bool _isVParquet3 = reader.Meta.Format == "vParquet3";

    public sealed record Entry(TraceId16 Trace, int Index, IReadOnlyList<ScanValue> Values);

    public BlockReader Reader => reader;

    public static async Task<ScannedBlock> LoadAsync(BlockReader reader, CancellationToken ct) => new(reader, await reader.ReadAllAsync(ct).ToListAsync(ct));

    /// <summary>Every attribute's key in every scope, and the intrinsics.</summary>
    public IReadOnlyList<ScanTarget> Targets()
    {
        var targets = new HashSet<ScanTarget>();
        foreach (var batch in records.SelectMany(r => r.Trace.ResourceSpans))
        {
            Add(ScanScope.Resource, batch.Resource.Attributes);
            Add(ScanScope.SpanOrResource, batch.Resource.Attributes);
            foreach (var scope in batch.ScopeSpans)
            {
                Add(ScanScope.Instrumentation, scope.Scope.Attributes);
                foreach (var span in scope.Spans)
                {
                    Add(ScanScope.Span, span.Attributes);
                    Add(ScanScope.SpanOrResource, span.Attributes);
                    Add(ScanScope.Event, span.Events.SelectMany(e => e.Attributes));
                    Add(ScanScope.Link, span.Links.SelectMany(l => l.Attributes));
                }
            }
        }

        string[] intrinsics =
        [
            ScanIntrinsics.SpanName, ScanIntrinsics.SpanDuration, ScanIntrinsics.SpanStatus, ScanIntrinsics.SpanStatusMessage, ScanIntrinsics.SpanKind,
            ScanIntrinsics.SpanId, ScanIntrinsics.SpanParentId, ScanIntrinsics.TraceId, ScanIntrinsics.EventName, ScanIntrinsics.EventTimeSinceStart,
            ScanIntrinsics.LinkTraceId, ScanIntrinsics.LinkSpanId, ScanIntrinsics.InstrumentationName, ScanIntrinsics.InstrumentationVersion,
        ];
        return [.. targets, .. intrinsics.Select(i => new ScanTarget(ScanScope.Intrinsic, i))];

        void Add(ScanScope scope, IEnumerable<KeyValue> attributes) => targets.UnionWith(attributes.Select(a => new ScanTarget(scope, a.Key)));
    }

    /// <summary>The target's values on every span, by the oracle.</summary>
    public IReadOnlyList<Entry> Expected(ScanTarget target)
    {
        if (!_values.TryGetValue(target, out var entries))
        {
            _values[target] = entries = [];
            foreach (var (id, trace) in records)
            {
                var index = 0;
                foreach (var batch in trace.ResourceSpans)
                {
                    foreach (var scope in batch.ScopeSpans)
                    {
                        foreach (var span in scope.Spans)
                        {
                            entries.Add(new Entry(id, index++, [.. ScanOracle.Values(target, trace, batch, scope, span, _isVParquet3)]));
                        }
                    }
                }
            }
        }

        return entries;
    }

    /// <summary>Compares a scan's candidates, and their values in each slot, with the oracle's.</summary>
    /// <returns>How many candidates there were.</returns>
    public async Task<int> CompareAsync(ScanRequest request, CancellationToken ct)
    {
        var expected = new List<string>();
        var tested = request.Conditions.Select((c, slot) => (c.Predicate, slot)).Where(c => c.Predicate is not null && !request.EverySpan).ToList();
        var slots = request.Conditions.Select(c => Expected(c.Target)).ToList();
        for (var i = 0; i < slots[0].Count; i++)
        {
            bool Holds((ScanPredicate? Predicate, int Slot) test) => slots[test.Slot][i].Values.Any(test.Predicate!.Test);
            if (tested.Count == 0 || (request.AllMustMatch ? tested.All(Holds) : tested.Any(Holds)))
            {
                var values = slots.Select((entries, slot) => entries[i].Values.Where(v => Delivers(request, slot, v)));
                expected.Add(Line(slots[0][i].Trace, slots[0][i].Index, values));
            }
        }

        var actual = new List<string>();
        await foreach (var trace in reader.ScanAsync(request, new ScanCost(), ct))
        {
            foreach (var span in trace.Spans)
            {
                actual.Add(Line(trace.Id, span.Index, request.Conditions.Select((_, slot) => span.Values(slot).ToArray())));
            }
        }

        for (var i = 0; i < Math.Max(expected.Count, actual.Count); i++)
        {
            (i < actual.Count ? actual[i] : "nothing").ShouldBe(i < expected.Count ? expected[i] : "nothing", Describe(request));
        }

        return actual.Count;
    }

    private static bool Delivers(ScanRequest request, int slot, ScanValue value) =>
        !request.AllMustMatch || request.EverySpan || request.Conditions[slot].Predicate is not { } predicate || predicate.Operator == ScanOperator.Exists
        || value.Kind == (predicate.Matcher is null ? predicate.Operand.Kind : ScanValueKind.Text);

    private static string Line(TraceId16 trace, int index, IEnumerable<IEnumerable<ScanValue>> slots) =>
        $"{trace} {index} {string.Join(" | ", slots.Select(values => string.Join(", ", values.Select(v => $"{v.Kind} {v}").Order(StringComparer.Ordinal))))}";

    private static string Describe(ScanRequest request) => string.Join(
        request.AllMustMatch ? " && " : " || ",
        request.Conditions.Select(c => $"{c.Target.Scope} {c.Target.Key} {c.Predicate?.Operator} {c.Predicate?.Operand.Kind} {c.Predicate?.Operand}"));
}
