using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;

namespace TempoCos.Traces.Generation;

/// <summary>Seed and run id folded into 64 bits, and the ids that follow from it. Two runs with one seed share no id.</summary>
internal readonly struct RunKey(ulong seed, string runId)
{
    private const ulong TraceHigh = 0xA24BAED4963EE407;
    private const ulong SpanIds = 0x9FB21C651E98DF25;
    private const ulong Content = 0xD6E8FEB86659FD93;
    private const int SpansPerTrace = 256;

    private readonly ulong _key = SplitMix64.Mix(SplitMix64.Mix(seed ^ Content) ^ Fnv1a(runId));

    /// <summary>16 bytes, never all zero; unique in the run because the low half is a bijection of the index.</summary>
    public ByteString TraceId(long index)
    {
        Span<byte> id = stackalloc byte[16];
        var high = SplitMix64.Mix(SplitMix64.Mix(_key ^ TraceHigh) + (ulong)index);
        BinaryPrimitives.WriteUInt64BigEndian(id, high == 0 ? 1 : high);
        BinaryPrimitives.WriteUInt64BigEndian(id[8..], SplitMix64.Mix(_key + (ulong)index));
        return ByteString.CopyFrom(id);
    }

    /// <summary>8 bytes, never all zero, unique in the run.</summary>
    public ByteString SpanId(long index, int ordinal)
    {
        Span<byte> id = stackalloc byte[8];
        var value = SplitMix64.Mix((_key ^ SpanIds) + ((ulong)index * SpansPerTrace) + (ulong)ordinal);
        BinaryPrimitives.WriteUInt64BigEndian(id, value == 0 ? 1 : value);
        return ByteString.CopyFrom(id);
    }

    /// <summary>What everything but the ids of one trace is drawn from.</summary>
    public TraceRandom Random(long index) => new(SplitMix64.Mix(_key ^ Content) + (ulong)index);

    private static ulong Fnv1a(string text)
    {
        var hash = 14695981039346656037;
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            hash = (hash ^ unit) * 1099511628211;
        }

        return hash;
    }
}
