namespace TempoCos.TempoBlocks.Parquet;

/// <summary>A page's header. <paramref name="HeaderLength"/> is the header's own length in bytes.</summary>
internal readonly record struct PageHeader(
    PageKind Kind,
    int HeaderLength,
    int UncompressedSize,
    int CompressedSize,
    int Values,
    PageEncoding Encoding,
    int RepetitionBytes,
    int DefinitionBytes,
    int Nulls,
    bool IsCompressed)
{
    // Far above any page that a writer makes of traces, far below what harms the process.
    private const int MaxPageBytes = 1 << 29;

    // Snappy never packs 64 bytes into less than three.
    private const int MaxSnappyRatio = 24;

    /// <summary>The page's length with its header.</summary>
    public int TotalLength => HeaderLength + CompressedSize;

    /// <summary>Whether its values are indexes into the chunk's dictionary.</summary>
    public bool IsIndexed => Encoding is PageEncoding.RleDictionary or PageEncoding.PlainDictionary;

    /// <summary>Reads the header at the start of <paramref name="bytes"/>, which hold at least the page; sizes are checked against these and the chunk.</summary>
    public static PageHeader Parse(ReadOnlySpan<byte> bytes, ChunkInfo chunk)
    {
        var reader = new ThriftReader(bytes);
        var header = new PageHeader { IsCompressed = true, Nulls = -1 };
        var outer = reader.BeginStruct();
        while (reader.NextField(out var id, out var type))
        {
            switch (id)
            {
                case 1: header = header with { Kind = (PageKind)reader.ReadInt32(type) }; break;
                case 2: header = header with { UncompressedSize = reader.ReadInt32(type) }; break;
                case 3: header = header with { CompressedSize = reader.ReadInt32(type) }; break;
                case 5 or 7 or 8: header = ReadDetails(ref reader, header, isV2: id == 8); break;
                default: reader.Skip(type); break;
            }
        }

        reader.EndStruct(outer);
        header = header with { HeaderLength = reader.Position };
        return header.CompressedSize >= 0 && header.CompressedSize <= bytes.Length - header.HeaderLength
            && header.UncompressedSize >= 0 && header.UncompressedSize <= MaxUnpacked(chunk.Codec, header.CompressedSize)
            && header.Values >= 0 && header.Values <= chunk.Values && header.Nulls <= header.Values
            && header.RepetitionBytes >= 0 && header.DefinitionBytes >= 0
            && (long)header.RepetitionBytes + header.DefinitionBytes <= Math.Min(header.CompressedSize, header.UncompressedSize)
            ? header
            : throw new InvalidDataException("a page header claims impossible sizes");
    }

    private static long MaxUnpacked(PageCodec codec, int packed) => codec switch
    {
        PageCodec.Uncompressed => packed,
        PageCodec.Snappy => Math.Min(MaxPageBytes, ((long)packed + 1) * MaxSnappyRatio),
        _ => MaxPageBytes,
    };

    private static PageHeader ReadDetails(ref ThriftReader reader, PageHeader header, bool isV2)
    {
        var outer = reader.BeginStruct();
        while (reader.NextField(out var id, out var type))
        {
            switch (id)
            {
                case 1: header = header with { Values = reader.ReadInt32(type) }; break;
                case 2 when isV2: header = header with { Nulls = reader.ReadInt32(type) }; break;
                case 2: header = header with { Encoding = (PageEncoding)reader.ReadInt32(type) }; break;
                case 4 when isV2: header = header with { Encoding = (PageEncoding)reader.ReadInt32(type) }; break;
                case 5 when isV2: header = header with { DefinitionBytes = reader.ReadInt32(type) }; break;
                case 6 when isV2: header = header with { RepetitionBytes = reader.ReadInt32(type) }; break;
                case 7 when isV2: header = header with { IsCompressed = ThriftReader.ReadBool(type) }; break;
                default: reader.Skip(type); break;
            }
        }

        reader.EndStruct(outer);
        return header;
    }
}
