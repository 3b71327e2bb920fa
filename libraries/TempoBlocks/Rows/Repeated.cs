using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Rows;

/// <summary>Reads a leaf that has any number of values per element, whether the file repeats it, makes it optional or requires it.</summary>
internal static class Repeated
{
    /// <summary>Consumes the element's entries; <paramref name="level"/> is the repetition level of the element's own list.</summary>
    public static void Read<T>(ColumnCursor cursor, int level, Func<ColumnCursor, T> read, List<T> values)
    {
        values.Clear();
        if (!cursor.HasValue)
        {
            cursor.Skip();
            return;
        }

        do
        {
            values.Add(read(cursor));
        }
        while (cursor.Repetition > level);
    }
}
