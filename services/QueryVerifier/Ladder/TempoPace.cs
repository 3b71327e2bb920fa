using System.Globalization;
using System.Text.RegularExpressions;

namespace TempoCos.QueryVerifier.Ladder;

/// <summary>How fast this Tempo's clocks run, from what the manifest sets; what it leaves alone runs as the operator has it.</summary>
/// <param name="Poll">storage.trace.blocklist_poll.</param>
/// <param name="Cycle">compactor.compaction.compaction_cycle.</param>
/// <param name="Window">compactor.compaction.compaction_window.</param>
/// <param name="CompactedRetention">compactor.compaction.compacted_block_retention.</param>
internal sealed partial record TempoPace(TimeSpan Poll, TimeSpan Cycle, TimeSpan Window, TimeSpan CompactedRetention)
{
    /// <summary>The compactor knows a new block after its poll, combines it in its cycle, and the queriers know of it after theirs.</summary>
    public TimeSpan UntilCompactionIsSeen => (Poll * 2) + Cycle;

    /// <summary>One poll marks what is past its retention, a later one deletes it, and the queriers know of it after theirs.</summary>
    public TimeSpan UntilRetentionIsSeen => Poll * 3;

    public static TempoPace From(IReadOnlyDictionary<string, string> settings)
    {
        return new TempoPace(
            Of("storage.trace.blocklist_poll", TimeSpan.FromMinutes(5)),
            Of("compactor.compaction.compaction_cycle", TimeSpan.FromSeconds(30)),
            Of("compactor.compaction.compaction_window", TimeSpan.FromHours(1)),
            Of("compactor.compaction.compacted_block_retention", TimeSpan.FromHours(1)));

        TimeSpan Of(string setting, TimeSpan fallback) => settings.TryGetValue(setting, out var text) && Parse(text) is { } value && value > TimeSpan.Zero ? value : fallback;
    }

    public override string ToString() => $"blocklist_poll {Text.Seconds(Poll)} s, compaction_cycle {Text.Seconds(Cycle)} s";

    // Go's durations: a sequence of numbers with units.
    private static TimeSpan? Parse(string text)
    {
        var total = 0.0;
        var length = 0;
        foreach (Match part in Part().Matches(text))
        {
            total += double.Parse(part.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * part.Groups[2].Value switch { "ms" => 0.001, "s" => 1, "m" => 60, "h" => 3600, _ => 0 };
            length += part.Length;
        }

        return length == text.Length && length > 0 ? TimeSpan.FromSeconds(total) : null;
    }

    [GeneratedRegex(@"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)", RegexOptions.CultureInvariant)]
    private static partial Regex Part();
}
