namespace TempoCos.TempoBlocks.Scanning;

/// <summary>
/// Which spans of a block are wanted with which values. The scan delivers candidates: every span that the conditions demand, possibly more,
/// as what it skips by is statistics, dictionaries and pages.
/// </summary>
public sealed record ScanRequest
{
    /// <summary>The conditions; a condition's position is its slot in <see cref="ScannedSpan.Values"/>.</summary>
    public IReadOnlyList<ScanCondition> Conditions { get; init; } = [];

    /// <summary>
    /// True: candidates satisfy every condition that has a predicate, and a slot whose predicate has an operand holds only values of the operand's kind
    /// (so <see cref="ScanScope.SpanOrResource"/> takes the resource's when the span has none of that kind).
    /// False: candidates satisfy at least one, and slots hold the target's values of all kinds.
    /// </summary>
    public bool AllMustMatch { get; init; }

    /// <summary>Every span is a candidate, whatever the conditions say. Implied when no condition has a predicate.</summary>
    public bool EverySpan { get; init; }

    /// <summary>Fill <see cref="ScannedSpan.Left"/>, <see cref="ScannedSpan.Right"/> and <see cref="ScannedSpan.ParentLeft"/>.</summary>
    public bool WithNestedSet { get; init; }

    /// <summary>Fill <see cref="ScannedTrace.Services"/>.</summary>
    public bool WithServices { get; init; } = true;

    /// <summary>Traces that end before it are left out; 0 for no limit.</summary>
    public ulong StartNano { get; init; }

    /// <summary>Traces that start after it are left out; 0 for no limit.</summary>
    public ulong EndNano { get; init; }

    /// <summary>The first row group to scan.</summary>
    public int FirstRowGroup { get; init; }

    /// <summary>How many row groups to scan.</summary>
    public int RowGroupCount { get; init; } = int.MaxValue;
}
