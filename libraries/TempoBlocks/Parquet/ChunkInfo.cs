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

    /// <summary>Whether every data page consists of dictionary indexes; false when the file does not say.</summary>
    public bool IsAllDictionary { get; init; }

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
                case 13: chunk = chunk with { IsAllDictionary = ReadEncodings(ref reader, type) }; break;
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

    private static bool ReadEncodings(ref ThriftReader reader, ThriftType list)
    {
        var (dictionary, other) = (false, false);
        for (var count = reader.BeginList(list, out _); count > 0; count--)
        {
            var (kind, encoding, pages) = (PageKind.Data, PageEncoding.Plain, 0);
            var outer = reader.BeginStruct();
            while (reader.NextField(out var id, out var type))
            {
                switch (id)
                {
                    case 1: kind = (PageKind)reader.ReadInt32(type); break;
                    case 2: encoding = (PageEncoding)reader.ReadInt32(type); break;
                    case 3: pages = reader.ReadInt32(type); break;
                    default: reader.Skip(type); break;
                }
            }

            reader.EndStruct(outer);
            if (pages > 0 && (kind is PageKind.Data or PageKind.DataV2))
            {
                var isDictionary = encoding is PageEncoding.RleDictionary or PageEncoding.PlainDictionary;
                (dictionary, other) = (dictionary || isDictionary, other || !isDictionary);
            }
        }

        return dictionary && !other;
    }
}
