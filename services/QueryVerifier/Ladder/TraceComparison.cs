using TempoCos.Otlp;
using TempoCos.Traces.Comparison;

namespace TempoCos.QueryVerifier.Ladder;

/// <summary>One trace as it came back beside what was sent.</summary>
/// <param name="Spans">That were sent.</param>
/// <param name="Differences">The first of them, one line each.</param>
/// <param name="SeesMutation">Whether the same comparison with a changed expectation shows the change: the control.</param>
internal sealed record TraceComparison(int Spans, IReadOnlyList<string> Differences, bool SeesMutation)
{
    private const int MaxDifferences = 5;

    public static TraceComparison Of(Expectation expectation, int index, TracesData got)
    {
        var expected = expectation.Trace(index);
        var spans = expected.ResourceSpans.SelectMany(resource => resource.ScopeSpans).Sum(scope => scope.Spans.Count);
        var differences = TraceDiff.Compare(expected, got, MaxDifferences);
        var sees = differences.Count > 0 || TraceDiff.Compare(Mutated(expected), got, MaxDifferences).Count > 0;
        return new TraceComparison(spans, [.. differences.Select(difference => difference.ToString())], sees);
    }

    // The expectation is made anew for every comparison, so that it can be spoilt after it was used.
    private static TracesData Mutated(TracesData trace)
    {
        trace.ResourceSpans[0].ScopeSpans[0].Spans[0].Attributes[0].Value = new AnyValue { StringValue = "changed by the control" };
        return trace;
    }
}
