using System.Globalization;
using System.Text;

namespace TempoCos.TempoStackDeployer.Plans;

/// <summary>The difference of two texts by lines, as <c>diff -u</c> writes it.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>Beyond this many comparisons what lies between the common ends is shown as replaced.</summary>
    private const long MostComparisons = 4_000_000;

    /// <returns>Hunks only; empty when the texts are the same.</returns>
    public static string Between(string before, string after)
    {
        var edits = Edits(Lines(before), Lines(after));
        var text = new StringBuilder();
        for (var at = 0; at < edits.Count;)
        {
            if (edits[at].Mark == ' ')
            {
                at++;
                continue;
            }

            var start = Math.Max(0, at - Context);
            var end = at;
            for (var next = at; next < edits.Count && next <= end + (2 * Context); next++)
            {
                end = edits[next].Mark == ' ' ? end : next;
            }

            var stop = Math.Min(edits.Count, end + Context + 1);
            Write(text, edits, start, stop);
            at = stop;
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, List<(char Mark, string Line)> edits, int start, int stop)
    {
        var (old, fresh) = (edits.Take(start).Count(edit => edit.Mark != '+'), edits.Take(start).Count(edit => edit.Mark != '-'));
        var hunk = edits[start..stop];
        var (olds, freshes) = (hunk.Count(edit => edit.Mark != '+'), hunk.Count(edit => edit.Mark != '-'));
        text.Append(CultureInfo.InvariantCulture, $"@@ -{(olds == 0 ? old : old + 1)},{olds} +{(freshes == 0 ? fresh : fresh + 1)},{freshes} @@\n");
        foreach (var (mark, line) in hunk)
        {
            text.Append(mark).Append(line).Append('\n');
        }
    }

    private static List<(char Mark, string Line)> Edits(string[] before, string[] after)
    {
        var (head, tail) = (0, 0);
        while (head < Math.Min(before.Length, after.Length) && before[head] == after[head])
        {
            head++;
        }

        while (tail < Math.Min(before.Length, after.Length) - head && before[^(tail + 1)] == after[^(tail + 1)])
        {
            tail++;
        }

        List<(char, string)> edits = [.. before.Take(head).Select(line => (' ', line))];
        edits.AddRange(Middle(before[head..^tail], after[head..^tail]));
        edits.AddRange(before[^tail..].Select(line => (' ', line)));
        return edits;
    }

    /// <summary>By the longest common subsequence.</summary>
    private static List<(char Mark, string Line)> Middle(string[] before, string[] after)
    {
        if ((long)before.Length * after.Length > MostComparisons)
        {
            return [.. before.Select(line => ('-', line)), .. after.Select(line => ('+', line))];
        }

        var lengths = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
            {
                lengths[i, j] = before[i] == after[j] ? lengths[i + 1, j + 1] + 1 : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
            }
        }

        var edits = new List<(char, string)>();
        for (var (i, j) = (0, 0); i < before.Length || j < after.Length;)
        {
            if (i < before.Length && j < after.Length && before[i] == after[j])
            {
                edits.Add((' ', before[i++]));
                j++;
            }
            else if (i < before.Length && (j == after.Length || lengths[i + 1, j] >= lengths[i, j + 1]))
            {
                edits.Add(('-', before[i++]));
            }
            else
            {
                edits.Add(('+', after[j++]));
            }
        }

        return edits;
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');
}
