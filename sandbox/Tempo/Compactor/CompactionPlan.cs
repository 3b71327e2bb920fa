using TempoCos.Tempo.Configuration;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Compactor;

/// <summary>
/// Which blocks go together: up to four neighbours of one time window, alike in format and dedicated columns, within the limits of size and
/// number. A block's window is that of its end. Windows of the last 24 hours are combined level by level, the lowest level and the newest window
/// first, older ones whatever their blocks' levels; the window in between is left alone, as two compactors may see it differently.
/// </summary>
public static class CompactionPlan
{
    private const int FewestInputs = 2;
    private const int MostInputs = 4;
    private static readonly TimeSpan Active = TimeSpan.FromHours(24);

    /// <summary>The jobs of one cycle, the most urgent first; no block is in two of them.</summary>
    public static IEnumerable<CompactionJob> Jobs(IReadOnlyList<BlockMeta> live, CompactorSettings settings, TimeSpan window, DateTimeOffset now)
    {
        var seconds = (long)Math.Max(1, window.TotalSeconds);
        var border = (now - Active).ToUnixTimeSeconds() / seconds;
        var groups = live
            .Select(meta => (Meta: meta, Window: meta.EndTime.ToUnixTimeSeconds() / seconds))
            .Where(block => block.Window != border && block.Meta.Format == BlockMeta.VParquet4)
            .GroupBy(block => (IsActive: block.Window > border, Level: block.Window > border ? block.Meta.CompactionLevel : 0, block.Window, block.Meta.ReplicationFactor))
            .OrderByDescending(group => group.Key.IsActive)
            .ThenBy(group => group.Key.Level)
            .ThenByDescending(group => group.Key.Window)
            .ThenBy(group => group.Key.ReplicationFactor);
        foreach (var group in groups)
        {
            var (isActive, level, at, replication) = group.Key;
            var ordered = group.Select(block => block.Meta)
                .OrderBy(meta => isActive ? 0 : meta.CompactionLevel)
                .ThenBy(meta => meta.TotalObjects)
                .ThenBy(Columns, StringComparer.Ordinal)
                .ToList();
            var hash = isActive ? $"{ordered[0].TenantId}-{level}-{at}-{replication}" : $"{ordered[0].TenantId}-{at}-{replication}";
            for (var first = 0; first + FewestInputs <= ordered.Count;)
            {
                var count = Fitting(ordered, first, settings);
                if (count >= FewestInputs)
                {
                    yield return new(hash, ordered.GetRange(first, count));
                    first += count;
                }
                else
                {
                    first++;
                }
            }
        }
    }

    private static string Columns(BlockMeta meta) =>
        string.Join('\n', meta.DedicatedColumns.Select(column => $"{column.Scope} {column.Type} {column.Name} {string.Join(' ', column.Options)}"));

    private static int Fitting(List<BlockMeta> ordered, int first, CompactorSettings settings)
    {
        long objects = 0, bytes = 0;
        var count = 0;
        var columns = Columns(ordered[first]);
        while (count < MostInputs && first + count < ordered.Count)
        {
            var next = ordered[first + count];
            objects += next.TotalObjects;
            bytes += next.Size;
            if (objects > settings.MaxCompactionObjects || bytes > settings.MaxBlockBytes || Columns(next) != columns)
            {
                break;
            }

            count++;
        }

        return count;
    }
}
