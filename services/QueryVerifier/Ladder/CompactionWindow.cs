using System.Globalization;

namespace TempoCos.QueryVerifier.Ladder;

/// <summary>A span of time in which blocks have to end to be compacted with each other; spans follow each other from 1970 on, as Tempo's block selector counts them.</summary>
/// <param name="Start">Its first moment.</param>
/// <param name="Length">compactor.compaction.compaction_window.</param>
internal readonly record struct CompactionWindow(DateTimeOffset Start, TimeSpan Length)
{
    public static CompactionWindow Of(DateTimeOffset end, TimeSpan length)
    {
        var seconds = Math.Max(1, (long)length.TotalSeconds);
        return new CompactionWindow(DateTimeOffset.FromUnixTimeSeconds(end.ToUnixTimeSeconds() / seconds * seconds), TimeSpan.FromSeconds(seconds));
    }

    /// <summary>When a trace may end so that its block ends in here.</summary>
    /// <param name="wanted">When it had best end; else as late as may be, since what comes late is believed less.</param>
    /// <param name="longest">How much earlier it may end than it is told to.</param>
    /// <param name="now">The time.</param>
    /// <param name="slack">How far from now Tempo believes a time.</param>
    /// <returns>Null when that time is over.</returns>
    public DateTimeOffset? EndFor(DateTimeOffset wanted, TimeSpan longest, DateTimeOffset now, TimeSpan slack)
    {
        var first = Later(Length > longest * 2 ? Start + longest : Start, now - slack);
        var last = Earlier(Start + Length - TimeSpan.FromSeconds(1), now + slack);
        return first > last ? null : wanted >= first && wanted <= last ? wanted : Earlier(Later(now, first), last);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"that from {Start.UtcDateTime:HH:mm:ss} to {(Start + Length).UtcDateTime:HH:mm:ss} UTC");

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
