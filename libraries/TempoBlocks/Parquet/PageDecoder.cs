using System.Buffers;
using System.Buffers.Binary;

namespace TempoCos.TempoBlocks.Parquet;

/// <summary>Decodes dictionary pages and data pages of version 1 and 2.</summary>
internal static class PageDecoder
{
    public static ValueArray DecodeDictionary(SchemaLeaf leaf, PageCodec codec, PageHeader header, ReadOnlySpan<byte> body)
    {
        if (header.Encoding is not (PageEncoding.Plain or PageEncoding.PlainDictionary))
        {
            throw new InvalidDataException($"a dictionary page is encoded as {header.Encoding}");
        }

        return PlainDecoder.Decode(leaf.Type, Decompression.Unpack(body, codec, header.UncompressedSize), header.Values);
    }

    public static ColumnPage Decode(SchemaLeaf leaf, PageCodec codec, PageHeader header, ReadOnlySpan<byte> body, ValueArray? dictionary)
    {
        byte[]? repetitions, definitions;
        byte[] values;
        var start = 0;
        if (header.Kind == PageKind.DataV2)
        {
            repetitions = Levels(body[..header.RepetitionBytes], leaf.MaxRepetition, header.Values);
            definitions = Levels(body.Slice(header.RepetitionBytes, header.DefinitionBytes), leaf.MaxDefinition, header.Values);
            var levels = header.RepetitionBytes + header.DefinitionBytes;
            values = Decompression.Unpack(
                body[levels..], header.IsCompressed ? codec : PageCodec.Uncompressed, header.UncompressedSize - levels);
        }
        else
        {
            values = Decompression.Unpack(body, codec, header.UncompressedSize);
            repetitions = PrefixedLevels(values, ref start, leaf.MaxRepetition, header.Values);
            definitions = PrefixedLevels(values, ref start, leaf.MaxDefinition, header.Values);
        }

        var count = definitions is null ? header.Values : definitions.AsSpan(0, header.Values).Count((byte)leaf.MaxDefinition);
        if (header.Encoding is PageEncoding.RleDictionary or PageEncoding.PlainDictionary)
        {
            var used = dictionary ?? throw new InvalidDataException("a page needs a dictionary that is not there");
            return new ColumnPage(header.Values, repetitions, definitions, used, Indexes(values.AsSpan(start), count, used.Count));
        }

        var body0 = start == 0 ? values : values[start..];
        var decoded = count == 0 ? new ValueArray(Array.Empty<long>()) : header.Encoding switch
        {
            PageEncoding.Plain => PlainDecoder.Decode(leaf.Type, body0, count),
            PageEncoding.DeltaBinaryPacked => Delta(leaf.Type, body0, count),
            PageEncoding.DeltaLengthByteArray => DeltaLength(leaf.Type, body0, count),
            PageEncoding.Rle when leaf.Type == PhysicalType.Boolean => RleBooleans(body0, count),
            _ => throw new InvalidDataException($"the encoding {header.Encoding} of {leaf.Type} is not supported"),
        };
        return new ColumnPage(header.Values, repetitions, definitions, decoded, null);
    }

    private static byte[]? Levels(ReadOnlySpan<byte> encoded, int max, int count)
    {
        if (max == 0)
        {
            return null;
        }

        var levels = ArrayPool<byte>.Shared.Rent(count);
        HybridDecoder.DecodeLevels(encoded, max, levels.AsSpan(0, count));
        return levels;
    }

    private static byte[]? PrefixedLevels(ReadOnlySpan<byte> body, ref int start, int max, int count)
    {
        if (max == 0)
        {
            return null;
        }

        var rest = body[start..];
        if (rest.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(rest) is var length && length > rest.Length - 4)
        {
            throw new InvalidDataException("a page's levels end too early");
        }

        start += 4 + (int)length;
        return Levels(rest.Slice(4, (int)length), max, count);
    }

    private static int[] Indexes(ReadOnlySpan<byte> body, int count, int dictionarySize)
    {
        var indexes = ArrayPool<int>.Shared.Rent(count);
        if (count > 0)
        {
            if (body.IsEmpty)
            {
                throw new InvalidDataException("a page has no dictionary indexes");
            }

            HybridDecoder.Decode(body[1..], body[0], indexes.AsSpan(0, count));
            foreach (var index in indexes.AsSpan(0, count))
            {
                if ((uint)index >= (uint)dictionarySize)
                {
                    throw new InvalidDataException($"the dictionary index {index} exceeds a dictionary of {dictionarySize}");
                }
            }
        }

        return indexes;
    }

    private static ValueArray Delta(PhysicalType type, byte[] body, int count)
    {
        if (type is not (PhysicalType.Int32 or PhysicalType.Int64))
        {
            throw new InvalidDataException($"delta encoding of {type}");
        }

        var values = new long[count];
        DeltaDecoder.Decode(body, type == PhysicalType.Int32, values);
        return new ValueArray(values);
    }

    private static ValueArray DeltaLength(PhysicalType type, byte[] body, int count)
    {
        if (type != PhysicalType.ByteArray)
        {
            throw new InvalidDataException($"delta length encoding of {type}");
        }

        var lengths = new long[count];
        var position = DeltaDecoder.Decode(body, is32Bit: true, lengths);
        var (offsets, sizes) = (new int[count], new int[count]);
        for (var i = 0; i < count; i++)
        {
            if (lengths[i] < 0 || lengths[i] > body.Length - position)
            {
                throw new InvalidDataException("byte arrays end too early");
            }

            offsets[i] = position;
            sizes[i] = (int)lengths[i];
            position += sizes[i];
        }

        return new ValueArray(body, offsets, sizes);
    }

    private static ValueArray RleBooleans(ReadOnlySpan<byte> body, int count)
    {
        if (body.Length < 4)
        {
            throw new InvalidDataException("booleans end too early");
        }

        var bits = new int[count];
        HybridDecoder.Decode(body[4..], 1, bits);
        return new ValueArray(Array.ConvertAll(bits, b => b != 0));
    }
}
