using System.Buffers;
using System.Runtime.InteropServices;
using Snappier;
using ZstdSharp;

namespace TempoCos.TempoBlocks.Parquet;

/// <summary>Unpacks page bodies to exactly the size that the page's header promises.</summary>
internal static class Decompression
{
    /// <summary>
    /// The bytes as a part of an array: of the packed one when there is nothing to unpack, otherwise of <paramref name="rented"/>, which goes
    /// back to the shared pool when the caller is done.
    /// </summary>
    public static ArraySegment<byte> Unpack(ReadOnlyMemory<byte> packed, PageCodec codec, int size, out byte[]? rented)
    {
        rented = null;
        var claimed = Claimed(packed.Span, codec, size);
        if (claimed != size)
        {
            throw Wrong(claimed, size);
        }

        if (codec == PageCodec.Uncompressed && MemoryMarshal.TryGetArray(packed, out var segment))
        {
            return segment;
        }

        rented = ArrayPool<byte>.Shared.Rent(size);
        var unpacked = new ArraySegment<byte>(rented, 0, size);
        var written = packed.IsEmpty ? 0 : codec == PageCodec.Snappy ? Snappy.Decompress(packed.Span, unpacked) : UnpackZstd(packed.Span, unpacked);
        return written == size ? unpacked : throw Wrong(written, size);
    }

    // Asked before memory is taken.
    private static long Claimed(ReadOnlySpan<byte> packed, PageCodec codec, int size) => codec switch
    {
        PageCodec.Uncompressed => packed.Length,
        PageCodec.Snappy or PageCodec.Zstd when packed.IsEmpty => 0,
        PageCodec.Snappy => Snappy.GetUncompressedLength(packed),
        PageCodec.Zstd => Math.Min(size, checked((long)Decompressor.GetDecompressedSize(packed))),
        _ => throw new InvalidDataException($"the compression codec {codec} is not supported"),
    };

    private static int UnpackZstd(ReadOnlySpan<byte> packed, Span<byte> unpacked)
    {
        using var decompressor = new Decompressor();
        return decompressor.Unwrap(packed, unpacked);
    }

    private static InvalidDataException Wrong(long actual, int promised) =>
        new($"a page unpacks to {actual} bytes, its header promises {promised}");
}
