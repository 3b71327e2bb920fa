using TempoCos.Tempo.Configuration;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Compactor;

/// <summary>Which blocks go together: neighbours of one time window, alike in format and dedicated columns, within the limits of size and number.</summary>
public static class CompactionPlan
{
    private const int MostInputs = 4;
    private static readonly TimeSpan Active = TimeSpan.FromHours(24);

    /// <summary>The next blocks to combine; empty when nothing is left to do.</summary>
    public static IReadOnlyList<BlockMeta> Next(IReadOnlyList<BlockMeta> live, CompactorSettings settings, DateTimeOffset now)
    {
        var window = (long)Math.Max(1, settings.CompactionWindow.TotalSeconds);
        var border = (now - Active).ToUnixTimeSeconds() / window;
        var groups = live
            // The window on the border is left alone: blocks are still changing from one rule to the other there.
            .Where(meta => meta.EndTime.ToUnixTimeSeconds() / window != border)
            .GroupBy(meta => Group(meta, window, border))
            .OrderByDescending(group => group.Key.Window).ThenBy(group => group.Key.Level);
        foreach (var group in groups)
        {
            var ordered = group.OrderBy(meta => meta.TotalObjects).ThenBy(meta => meta.BlockId.ToString("d"), StringComparer.Ordinal).ToList();
            for (var first = 0; first + 1 < ordered.Count; first++)
            {
                var count = Fitting(ordered, first, settings);
                if (count >= 2)
                {
                    return ordered.GetRange(first, count);
                }
            }
        }

        return [];
    }

    // Recent blocks are combined level by level, older ones whatever their level.
    private static (long Window, int Level, int Replication, string Format, string Columns) Group(BlockMeta meta, long window, long border)
    {
        var at = meta.EndTime.ToUnixTimeSeconds() / window;
        return (at, at > border ? meta.CompactionLevel : -1, meta.ReplicationFactor, meta.Format, string.Join(',', meta.DedicatedColumns));
    }

    private static int Fitting(List<BlockMeta> ordered, int first, CompactorSettings settings)
    {
        long objects = 0, bytes = 0;
        var count = 0;
        while (count < MostInputs && first + count < ordered.Count)
        {
            objects += ordered[first + count].TotalObjects;
            bytes += ordered[first + count].Size;
            if (objects > settings.MaxCompactionObjects || bytes > settings.MaxBlockBytes)
            {
                break;
            }

            count++;
        }

        return count;
    }
}
