using ParquetSharp;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>Bytes at fixed addresses, which the native writer reads from.</summary>
internal sealed class ByteArena
{
    private const int ChunkBytes = 64 << 10;
    private readonly List<byte[]> _chunks = [];
    private readonly List<byte[]> _large = [];
    private int _chunk = -1;
    private int _used;

    public long Bytes { get; private set; }

    /// <summary>Room for exactly <paramref name="length"/> bytes, valid until <see cref="Clear"/>.</summary>
    public Span<byte> Reserve(int length, out ByteArray location)
    {
        Bytes += length;
        if (length > ChunkBytes / 4)
        {
            var large = GC.AllocateUninitializedArray<byte>(length, pinned: true);
            _large.Add(large);
            location = Locate(large, 0, length);
            return large;
        }

        if (_chunk < 0 || _used + length > ChunkBytes)
        {
            _chunk++;
            _used = 0;
            if (_chunk == _chunks.Count)
            {
                _chunks.Add(GC.AllocateUninitializedArray<byte>(ChunkBytes, pinned: true));
            }
        }

        var chunk = _chunks[_chunk];
        location = Locate(chunk, _used, length);
        var room = chunk.AsSpan(_used, length);
        _used += length;
        return room;
    }

    public void Clear()
    {
        _large.Clear();
        (_chunk, _used, Bytes) = (-1, 0, 0);
    }

    private static unsafe ByteArray Locate(byte[] chunk, int offset, int length)
    {
        fixed (byte* first = chunk)
        {
            return new ByteArray((IntPtr)(first + offset), length);
        }
    }
}
