namespace TempoCos.TempoBlocks.Parquet;

/// <summary>A column chunk's metadata. Offsets and lengths are bytes of the file; 0 stands for "not there".</summary>
internal sealed record ChunkInfo
{
    public PageCodec Codec { get; init; }

    public long Values { get; init; }

    public long CompressedSize { get; init; }

    public long DataPageOffset { get; init; }

    public long DictionaryPageOffset { get; init; }

    public long OffsetIndexOffset { get; init; }

    public int OffsetIndexLength { get; init; }

    public long ColumnIndexOffset { get; init; }

    public int ColumnIndexLength { get; init; }

    public byte[]? Min { get; init; }

    public byte[]? Max { get; init; }

    /// <summary>The chunk's first byte.</summary>
    public long Start => DictionaryPageOffset > 0 ? Math.Min(DictionaryPageOffset, DataPageOffset) : DataPageOffset;

    public static ChunkInfo Read(ref ThriftReader reader)
    {
        var chunk = new ChunkInfo();
        var outer = reader.BeginStruct();
        while (reader.NextField(out var id, out var type))
        {
            switch (id)
            {
                case 3: chunk = ReadMetadata(ref reader, chunk); break;
                case 4: chunk = chunk with { OffsetIndexOffset = reader.ReadInt64(type) }; break;
                case 5: chunk = chunk with { OffsetIndexLength = reader.ReadInt32(type) }; break;
                case 6: chunk = chunk with { ColumnIndexOffset = reader.ReadInt64(type) }; break;
                case 7: chunk = chunk with { ColumnIndexLength = reader.ReadInt32(type) }; break;
                default: reader.Skip(type); break;
            }
        }

        reader.EndStruct(outer);
        return chunk;
    }

    private static ChunkInfo ReadMetadata(ref ThriftReader reader, ChunkInfo chunk)
    {
        var outer = reader.BeginStruct();
        while (reader.NextField(out var id, out var type))
        {
            switch (id)
            {
                case 4: chunk = chunk with { Codec = (PageCodec)reader.ReadInt32(type) }; break;
                case 5: chunk = chunk with { Values = reader.ReadInt64(type) }; break;
                case 7: chunk = chunk with { CompressedSize = reader.ReadInt64(type) }; break;
                case 9: chunk = chunk with { DataPageOffset = reader.ReadInt64(type) }; break;
                case 11: chunk = chunk with { DictionaryPageOffset = reader.ReadInt64(type) }; break;
                case 12: chunk = ReadStatistics(ref reader, chunk); break;
                default: reader.Skip(type); break;
            }
        }

        reader.EndStruct(outer);
        return chunk;
    }

    private static ChunkInfo ReadStatistics(ref ThriftReader reader, ChunkInfo chunk)
    {
        var outer = reader.BeginStruct();
        while (reader.NextField(out var id, out var type))
        {
            switch (id)
            {
                case 5: chunk = chunk with { Max = reader.ReadBinary(type).ToArray() }; break;
                case 6: chunk = chunk with { Min = reader.ReadBinary(type).ToArray() }; break;
                default: reader.Skip(type); break;
            }
        }

        reader.EndStruct(outer);
        return chunk;
    }
}
