using System.Buffers.Binary;

namespace TempoCos.TempoBlocks.Blooms;

/// <summary>One shard of a block's bloom filter, in the layout of a bloom object: m, k, bit length, then words, all big-endian.</summary>
internal sealed class BloomShard
{
    private const int HeaderBytes = 24;
    private readonly ulong[] _words;
    private readonly ulong _bits;
    private readonly int _hashes;

    public BloomShard(ulong bits, int hashes) => (_bits, _hashes, _words) = (bits, hashes, new ulong[(bits + 63) / 64]);

    /// <summary>Bits a key.</summary>
    public int Hashes => _hashes;

    /// <summary>Reads a bloom object.</summary>
    /// <exception cref="InvalidDataException">Sizes that contradict each other.</exception>
    public static BloomShard Parse(ReadOnlySpan<byte> bytes)
    {
        const ulong maxHashes = 64;
        if (bytes.Length < HeaderBytes)
        {
            throw new InvalidDataException($"a bloom object of {bytes.Length} bytes");
        }

        var bits = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        var hashes = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        var length = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        if (bits == 0 || length != bits || hashes is 0 or > maxHashes || bits > (ulong)bytes.Length * 8
            || HeaderBytes + ((bits + 63) / 64 * 8) != (ulong)bytes.Length)
        {
            throw new InvalidDataException($"a bloom object of {bytes.Length} bytes that claims {bits} bits ({length}) and {hashes} hashes");
        }

        var shard = new BloomShard(bits, (int)hashes);
        for (var i = 0; i < shard._words.Length; i++)
        {
            shard._words[i] = BinaryPrimitives.ReadUInt64BigEndian(bytes[(HeaderBytes + (8 * i))..]);
        }

        return shard;
    }

    public void Add(TraceId16 id)
    {
        Span<ulong> hashes = stackalloc ulong[4];
        Hash(id, hashes);
        for (var i = 0; i < _hashes; i++)
        {
            var bit = Location(hashes, i);
            _words[bit >> 6] |= 1UL << (int)(bit & 63);
        }
    }

    public bool MayContain(TraceId16 id)
    {
        Span<ulong> hashes = stackalloc ulong[4];
        Hash(id, hashes);
        for (var i = 0; i < _hashes; i++)
        {
            var bit = Location(hashes, i);
            if ((_words[bit >> 6] >> (int)(bit & 63) & 1) == 0)
            {
                return false;
            }
        }

        return true;
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderBytes + (8 * _words.Length)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _bits);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), (ulong)_hashes);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(16), _bits);
        for (var i = 0; i < _words.Length; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(HeaderBytes + (8 * i)), _words[i]);
        }

        return bytes;
    }

    // Two hashes of the key and two of the key followed by a byte 1.
    private static void Hash(TraceId16 id, Span<ulong> hashes)
    {
        Span<byte> key = stackalloc byte[17];
        id.CopyTo(key);
        key[16] = 1;
        (hashes[0], hashes[1]) = Murmur3.Hash(key[..16]);
        (hashes[2], hashes[3]) = Murmur3.Hash(key);
    }

    private ulong Location(ReadOnlySpan<ulong> hashes, int i) =>
        unchecked(hashes[i % 2] + ((ulong)i * hashes[2 + ((i + (i % 2)) % 4 / 2)])) % _bits;
}
