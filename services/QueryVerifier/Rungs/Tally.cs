using TempoCos.Otlp;
using TempoCos.QueryVerifier.Ladder;
using TempoCos.TempoBlocks;
using TempoCos.Traces.Comparison;

namespace TempoCos.QueryVerifier.Rungs;

/// <summary>Counts what was compared and keeps the first differences. Safe for concurrent use.</summary>
internal sealed class Tally(Expectation expectation)
{
    private const int MaxDifferences = 5;
    private readonly Lock _lock = new();
    private readonly List<string> _differences = [];
    private readonly HashSet<TraceId16> _different = [];

    public int Traces { get; private set; }

    public long Spans { get; private set; }

    public IReadOnlyCollection<TraceId16> Different => _different;

    /// <summary>The first differences, one line each.</summary>
    public IReadOnlyList<string> Differences => _differences;

    /// <summary>Whether a comparison with a changed expectation showed the change; null while nothing was compared.</summary>
    public bool? SeesMutation { get; private set; }

    public void Compare(int index, TracesData got)
    {
        var expected = expectation.Trace(index);
        var differences = TraceDiff.Compare(expected, got, MaxDifferences);
        var sees = TraceDiff.Compare(Mutated(expected.Clone()), got).Count > differences.Count;
        lock (_lock)
        {
            Traces++;
            Spans += expected.ResourceSpans.SelectMany(resource => resource.ScopeSpans).Sum(scope => scope.Spans.Count);
            SeesMutation = (SeesMutation ?? true) && (sees || differences.Count > 0);
            Note(expectation.Ids[index], differences.Select(difference => difference.ToString()));
        }
    }

    public void Absent(TraceId16 id, string reason)
    {
        lock (_lock)
        {
            Note(id, [reason]);
        }
    }

    private void Note(TraceId16 id, IEnumerable<string> differences)
    {
        foreach (var difference in differences)
        {
            _different.Add(id);
            if (_differences.Count < MaxDifferences)
            {
                _differences.Add($"trace {id}: {difference}");
            }
        }
    }

    private static TracesData Mutated(TracesData trace)
    {
        trace.ResourceSpans[0].ScopeSpans[0].Spans[0].Attributes[0].Value = new AnyValue { StringValue = "changed by the control" };
        return trace;
    }
}
