using Snappier;
using ZstdSharp;

namespace TempoCos.TempoBlocks.Parquet;

/// <summary>Unpacks page bodies to exactly the size that the page's header promises.</summary>
internal static class Decompression
{
    public static byte[] Unpack(ReadOnlySpan<byte> packed, PageCodec codec, int size)
    {
        if (codec == PageCodec.Uncompressed)
        {
            return packed.Length == size ? packed.ToArray() : throw Wrong(packed.Length, size);
        }

        return codec switch
        {
            PageCodec.Snappy => UnpackSnappy(packed, size),
            PageCodec.Zstd => UnpackZstd(packed, size),
            _ => throw new InvalidDataException($"the compression codec {codec} is not supported"),
        };
    }

    private static byte[] UnpackSnappy(ReadOnlySpan<byte> packed, int size)
    {
        if (packed.IsEmpty && size == 0)
        {
            return [];
        }

        var length = Snappy.GetUncompressedLength(packed);
        if (length != size)
        {
            throw Wrong(length, size);
        }

        var unpacked = GC.AllocateUninitializedArray<byte>(size);
        return Snappy.Decompress(packed, unpacked) is var written && written == size ? unpacked : throw Wrong(written, size);
    }

    private static byte[] UnpackZstd(ReadOnlySpan<byte> packed, int size)
    {
        if (packed.IsEmpty && size == 0)
        {
            return [];
        }

        var unpacked = GC.AllocateUninitializedArray<byte>(size);
        using var decompressor = new Decompressor();
        return decompressor.Unwrap(packed, unpacked) is var written && written == size ? unpacked : throw Wrong(written, size);
    }

    private static InvalidDataException Wrong(int actual, int promised) =>
        new($"a page unpacks to {actual} bytes, its header promises {promised}");
}
