using System.Globalization;

namespace TempoCos.QueryVerifier.Tempo;

/// <summary>
/// Start and end of a search in whole seconds. Both always: without them Tempo asks the ingesters alone, which proves nothing about blocks.
/// </summary>
internal sealed record TimeRange(long Start, long End)
{
    // Clocks differ, and Tempo moves the times of what it thinks too old or too new to its own now.
    private const int Margin = 60;

    public static TimeRange Around(DateTimeOffset start, DateTimeOffset end, DateTimeOffset now) =>
        new(start.ToUnixTimeSeconds() - Margin, (end > now ? end : now).ToUnixTimeSeconds() + Margin);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"start={Start}&end={End}");
}
