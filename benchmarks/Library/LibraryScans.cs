using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.Benchmarks.Library;

/// <summary>Column-wise scans of a whole block: what a TraceQL search costs before its language does.</summary>
internal static class LibraryScans
{
    public static IReadOnlyDictionary<string, ScanRequest> All { get; } = new Dictionary<string, ScanRequest>
    {
        ["scan-absent"] = Of(new ScanCondition(new ScanTarget(ScanScope.Span, "nope"), Equal("x"))),
        ["scan-rare-text"] = Of(new ScanCondition(new ScanTarget(ScanScope.Span, "attr.0"), Equal("value-77"))),
        ["scan-number"] = Of(new ScanCondition(new ScanTarget(ScanScope.Span, "n"), new ScanPredicate(ScanOperator.Greater, ScanValue.From(99_990L)))),
        ["scan-column"] = Of(new ScanCondition(new ScanTarget(ScanScope.Span, "http.status_code"), new ScanPredicate(ScanOperator.Equal, ScanValue.From(500L)))),
        ["scan-every-name"] = new ScanRequest { Conditions = [new ScanCondition(new ScanTarget(ScanScope.Intrinsic, ScanIntrinsics.SpanName))], EverySpan = true },
    };

    private static ScanRequest Of(ScanCondition condition) => new() { Conditions = [condition], AllMustMatch = true };

    private static ScanPredicate Equal(string value) => new(ScanOperator.Equal, ScanValue.From(value));
}
