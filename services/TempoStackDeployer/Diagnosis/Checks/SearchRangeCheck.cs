using TempoCos.Doctor;
using TempoCos.TempoStackDeployer.Diagnosis.Facts;

namespace TempoCos.TempoStackDeployer.Diagnosis.Checks;

/// <summary>What a search without start and end does not see: it looks at the ingesters alone, never at blocks.</summary>
internal sealed class SearchRangeCheck : StackCheck
{
    public override CheckDescription Description { get; } = new("TC405", "search-range", "Searching with and without a time range");

    public override Finding Examine(StackFacts facts)
    {
        if (facts.Search is not { } search)
        {
            return Finding.Skip(facts.Unreachable("query-frontend"));
        }

        const string fix = "Send start and end with every search: Tempo looks at blocks for no other.";
        var range = GoTime.Text(search.Range);
        if (search.Bounded is not { } bounded)
        {
            return Finding.Skip($"a search of the last {range} is refused: {search.Refusal}");
        }

        var finding = search.Unbounded is not { } unbounded
            ? Finding.Warn($"a search without start and end is refused ({search.Refusal}); one of the last {range} finds {bounded} traces", fix)
            : unbounded == 0 && bounded > 0
                ? Finding.Warn($"a search without start and end finds nothing, one of the last {range} finds {bounded} traces: they are in blocks, which the former never looks at", fix)
                : Finding.Pass($"a search without start and end finds {unbounded} traces, which ingesters still hold; one of the last {range} finds {bounded}");
        return finding.With("without_range", $"{search.Unbounded?.ToString() ?? search.Refusal}").With("with_range", $"{bounded}").With("range", range);
    }
}
