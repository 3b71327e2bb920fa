namespace TempoCos.TempoBlocks.Parquet;

/// <summary>Finds rows by their entries' repetition levels: a row starts where the level is 0.</summary>
internal static class RowStarts
{
    private const int Block = 512;

    /// <summary>
    /// The entry behind the given number of rows that start at <paramref name="entry"/>, or the page's end; the rows found are subtracted.
    /// </summary>
    public static int Skip(ReadOnlySpan<byte> repetitions, int entry, ref int rows)
    {
        var position = entry + 1;
        while (position < repetitions.Length)
        {
            var span = repetitions.Slice(position, Math.Min(Block, repetitions.Length - position));
            var starts = span.Count((byte)0);
            if (starts < rows)
            {
                rows -= starts;
                position += span.Length;
                continue;
            }

            while (true)
            {
                position += repetitions[position..].IndexOf((byte)0);
                if (--rows == 0)
                {
                    return position;
                }

                position++;
            }
        }

        // The last row ends with the page.
        rows--;
        return repetitions.Length;
    }
}
