using System.Globalization;

namespace TempoCos.Pipeline.Commands;

/// <summary>Which rungs to climb, as people write it: <c>all</c>, <c>0-5</c>, <c>0,1,4-6</c>.</summary>
internal static class RungRange
{
    private const int Highest = 7;

    /// <param name="text">What was written; nothing is all.</param>
    /// <param name="rungs">The numbers, ascending; empty for all.</param>
    public static bool TryParse(string? text, out IReadOnlyList<int> rungs)
    {
        rungs = [];
        if (string.IsNullOrEmpty(text) || text == "all")
        {
            return true;
        }

        var numbers = new SortedSet<int>();
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !TryRung(ends[0], out var first) || !TryRung(ends[^1], out var last) || first > last)
            {
                return false;
            }

            numbers.UnionWith(Enumerable.Range(first, last - first + 1));
        }

        rungs = [.. numbers];
        return true;
    }

    private static bool TryRung(string text, out int rung) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out rung) && rung <= Highest;
}
