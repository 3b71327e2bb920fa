namespace TempoCos.TempoBlocks.Parquet;

/// <summary>Reads offset indexes and column indexes.</summary>
internal static class PageIndex
{
    /// <summary>The chunk's data pages; checked to lie in the chunk, in order, and to cover the row group.</summary>
    public static PageLocation[] ReadOffsets(ReadOnlySpan<byte> bytes, ChunkInfo chunk, long rows)
    {
        var reader = new ThriftReader(bytes);
        PageLocation[] pages = [];
        var outer = reader.BeginStruct();
        while (reader.NextField(out var id, out var type))
        {
            if (id == 1)
            {
                pages = new PageLocation[reader.BeginList(type, out _)];
                for (var i = 0; i < pages.Length; i++)
                {
                    pages[i] = ReadLocation(ref reader);
                }
            }
            else
            {
                reader.Skip(type);
            }
        }

        reader.EndStruct(outer);
        var (end, row) = (chunk.Start, -1L);
        foreach (var page in pages)
        {
            if (page.Offset < end || page.Length <= 0 || page.FirstRow <= row || page.FirstRow >= rows)
            {
                throw new InvalidDataException("an offset index has pages out of order");
            }

            (end, row) = (page.Offset + page.Length, page.FirstRow);
        }

        return end <= chunk.Start + chunk.CompressedSize && (pages.Length > 0 ? pages[0].FirstRow == 0 : rows == 0)
            ? pages
            : throw new InvalidDataException("an offset index does not cover its chunk");
    }

    /// <summary>Least and greatest value of each page, or null for a page without values.</summary>
    public static (byte[] Min, byte[] Max)?[] ReadBounds(ReadOnlySpan<byte> bytes)
    {
        var reader = new ThriftReader(bytes);
        bool[] empty = [];
        byte[][] min = [], max = [];
        var outer = reader.BeginStruct();
        while (reader.NextField(out var id, out var type))
        {
            switch (id)
            {
                case 1:
                    empty = new bool[reader.BeginList(type, out _)];
                    for (var i = 0; i < empty.Length; i++)
                    {
                        empty[i] = reader.ReadListBool();
                    }

                    break;
                case 2: min = ReadBinaries(ref reader, type); break;
                case 3: max = ReadBinaries(ref reader, type); break;
                default: reader.Skip(type); break;
            }
        }

        reader.EndStruct(outer);
        if (min.Length != empty.Length || max.Length != empty.Length)
        {
            throw new InvalidDataException("a column index has lists of different lengths");
        }

        var bounds = new (byte[], byte[])?[empty.Length];
        for (var i = 0; i < bounds.Length; i++)
        {
            bounds[i] = empty[i] ? null : (min[i], max[i]);
        }

        return bounds;
    }

    private static byte[][] ReadBinaries(ref ThriftReader reader, ThriftType type)
    {
        var values = new byte[reader.BeginList(type, out var element)][];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = reader.ReadBinary(element).ToArray();
        }

        return values;
    }

    private static PageLocation ReadLocation(ref ThriftReader reader)
    {
        var (offset, length, row) = (0L, 0, 0L);
        var outer = reader.BeginStruct();
        while (reader.NextField(out var id, out var type))
        {
            switch (id)
            {
                case 1: offset = reader.ReadInt64(type); break;
                case 2: length = reader.ReadInt32(type); break;
                case 3: row = reader.ReadInt64(type); break;
                default: reader.Skip(type); break;
            }
        }

        reader.EndStruct(outer);
        return row is >= 0 and < int.MaxValue ? new PageLocation(offset, length, (int)row) : throw new InvalidDataException("an offset index has a row out of range");
    }
}
