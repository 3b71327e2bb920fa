using System.Buffers;

namespace TempoCos.TempoBlocks.Parquet;

/// <summary>
/// A decoded data page: one pair of levels per entry (null when the column has none), and the values of the entries at the
/// maximal definition level, either directly or as indexes into the chunk's dictionary. Levels and indexes are rented and may be
/// longer than the page needs; a column without values in a page can have a hundred thousand entries.
/// </summary>
internal sealed record ColumnPage(int Entries, byte[]? Repetitions, byte[]? Definitions, ValueArray Values, int[]? Indexes)
{
    /// <summary>Gives the rented arrays back; the page is not to be used again.</summary>
    public void Release()
    {
        Return(Repetitions);
        Return(Definitions);
        Return(Indexes);
    }

    private static void Return<T>(T[]? rented)
    {
        if (rented is not null)
        {
            ArrayPool<T>.Shared.Return(rented);
        }
    }
}
