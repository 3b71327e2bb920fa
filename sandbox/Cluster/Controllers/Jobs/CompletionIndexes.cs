using System.Globalization;

namespace TempoCos.Cluster.Controllers.Jobs;

/// <summary>Indexes of an indexed Job as its status writes them: <c>0,2-4</c>.</summary>
public static class CompletionIndexes
{
    public static IEnumerable<long> Parse(string? text)
    {
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-');
            var last = long.Parse(ends[^1], CultureInfo.InvariantCulture);
            for (var index = long.Parse(ends[0], CultureInfo.InvariantCulture); index <= last; index++)
            {
                yield return index;
            }
        }
    }

    public static string Format(IEnumerable<long> sorted)
    {
        var ranges = new List<(long First, long Last)>();
        foreach (var index in sorted)
        {
            if (ranges.Count > 0 && ranges[^1].Last == index - 1)
            {
                ranges[^1] = (ranges[^1].First, index);
            }
            else
            {
                ranges.Add((index, index));
            }
        }

        return string.Join(',', ranges.Select(range => range.First == range.Last ? $"{range.First}" : $"{range.First}-{range.Last}"));
    }
}
