namespace TempoCos.CosProvisioner.Steps;

/// <summary>What everything that a run makes in the account carries, where it can carry anything.</summary>
internal static class RunMark
{
    public const string Tag = "tempocos";
    private const string RunTag = "tempocos-run:";

    public static IReadOnlyList<string> TagsOf(string runId) => [Tag, RunTag + runId];

    /// <summary>The run whose mark these tags are; null when they are nobody's.</summary>
    public static string? RunOf(IEnumerable<string> tags)
    {
        var all = tags.ToList();
        var runs = all.Where(tag => tag.StartsWith(RunTag, StringComparison.Ordinal)).ToList();
        return all.Contains(Tag, StringComparer.Ordinal) && runs is [{ Length: > 13 } run] ? run[RunTag.Length..] : null;
    }
}
