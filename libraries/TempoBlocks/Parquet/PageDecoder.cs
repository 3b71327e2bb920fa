using System.Buffers;

namespace TempoCos.TempoBlocks.Parquet;

/// <summary>Decodes the values of dictionary pages and data pages.</summary>
internal static class PageDecoder
{
    /// <summary>A dictionary page with its header.</summary>
    public static ValueArray DecodeDictionary(SchemaLeaf leaf, ChunkInfo chunk, ReadOnlyMemory<byte> page)
    {
        var header = PageHeader.Parse(page.Span, chunk);
        if (header.Kind != PageKind.Dictionary)
        {
            throw new InvalidDataException($"column {leaf.Path} has no dictionary page where one should be");
        }

        if (header.Encoding is not (PageEncoding.Plain or PageEncoding.PlainDictionary))
        {
            throw new InvalidDataException($"a dictionary page is encoded as {header.Encoding}");
        }

        // Dictionaries outlive their pages, so nothing of them goes back to a pool.
        var body = Decompression.Unpack(page.Slice(header.HeaderLength, header.CompressedSize), chunk.Codec, header.UncompressedSize, out _);
        return PlainDecoder.Decode(leaf.Type, body, header.Values);
    }

    public static ValueArray Decode(PhysicalType type, PageEncoding encoding, ArraySegment<byte> body, int count) => encoding switch
    {
        PageEncoding.Plain => PlainDecoder.Decode(type, body, count),
        PageEncoding.DeltaBinaryPacked => Delta(type, body, count),
        PageEncoding.DeltaLengthByteArray => DeltaLength(type, body, count),
        PageEncoding.Rle when type == PhysicalType.Boolean => RleBooleans(body, count),
        _ => throw new InvalidDataException($"the encoding {encoding} of {type} is not supported"),
    };

    /// <summary>A rented array of indexes below <paramref name="dictionarySize"/>.</summary>
    public static int[] Indexes(ReadOnlySpan<byte> body, int count, int dictionarySize)
    {
        var indexes = ArrayPool<int>.Shared.Rent(count);
        if (count > 0)
        {
            if (body.IsEmpty)
            {
                throw new InvalidDataException("a page has no dictionary indexes");
            }

            HybridDecoder.Decode(body[1..], body[0], indexes.AsSpan(0, count));
            if (indexes.AsSpan(0, count).IndexOfAnyExceptInRange(0, dictionarySize - 1) is >= 0 and var wrong)
            {
                throw new InvalidDataException($"the dictionary index {indexes[wrong]} exceeds a dictionary of {dictionarySize}");
            }
        }

        return indexes;
    }

    private static ValueArray Delta(PhysicalType type, ReadOnlySpan<byte> body, int count)
    {
        if (type is not (PhysicalType.Int32 or PhysicalType.Int64))
        {
            throw new InvalidDataException($"delta encoding of {type}");
        }

        var values = ArrayPool<long>.Shared.Rent(count);
        DeltaDecoder.Decode(body, type == PhysicalType.Int32, values.AsSpan(0, count));
        return new ValueArray(values, count);
    }

    private static ValueArray DeltaLength(PhysicalType type, ArraySegment<byte> body, int count)
    {
        if (type != PhysicalType.ByteArray)
        {
            throw new InvalidDataException($"delta length encoding of {type}");
        }

        var lengths = ArrayPool<long>.Shared.Rent(count);
        var position = DeltaDecoder.Decode(body, is32Bit: true, lengths.AsSpan(0, count));
        var (offsets, sizes) = (ArrayPool<int>.Shared.Rent(count), ArrayPool<int>.Shared.Rent(count));
        for (var i = 0; i < count; i++)
        {
            if (lengths[i] < 0 || lengths[i] > body.Count - position)
            {
                throw new InvalidDataException("byte arrays end too early");
            }

            offsets[i] = body.Offset + position;
            sizes[i] = (int)lengths[i];
            position += sizes[i];
        }

        ArrayPool<long>.Shared.Return(lengths);
        return new ValueArray(body.Array!, offsets, sizes, count);
    }

    private static ValueArray RleBooleans(ReadOnlySpan<byte> body, int count)
    {
        if (body.Length < 4)
        {
            throw new InvalidDataException("booleans end too early");
        }

        var bits = ArrayPool<int>.Shared.Rent(count);
        HybridDecoder.Decode(body[4..], 1, bits.AsSpan(0, count));
        var values = ArrayPool<bool>.Shared.Rent(count);
        for (var i = 0; i < count; i++)
        {
            values[i] = bits[i] != 0;
        }

        ArrayPool<int>.Shared.Return(bits);
        return new ValueArray(values, count);
    }
}
