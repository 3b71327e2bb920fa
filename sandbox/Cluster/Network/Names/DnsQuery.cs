using System.Buffers.Binary;

namespace TempoCos.Cluster.Network.Names;

/// <summary>A message that asks one question; its first bytes, with the question, are those of the answer.</summary>
/// <param name="Name">In lower case, without the last dot.</param>
/// <param name="Type">The number of the type of record that is asked for.</param>
/// <param name="Head">Header and question.</param>
public sealed record DnsQuery(string Name, int Type, ReadOnlyMemory<byte> Head)
{
    public const int HeaderLength = 12;

    private const int Response = 0x8000;
    private const int OperationMask = 0x7800;
    private const int Internet = 1;

    /// <summary>Null when it is not a question of the Internet's class, alone in its message.</summary>
    public static DnsQuery? Parse(ReadOnlyMemory<byte> message)
    {
        var bytes = message.Span;
        if (bytes.Length < HeaderLength || (BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) & (Response | OperationMask)) != 0 || BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) != 1
            || DnsName.Decode(bytes, HeaderLength) is not var (name, end) || end + 4 > bytes.Length || BinaryPrimitives.ReadUInt16BigEndian(bytes[(end + 2)..]) != Internet)
        {
            return null;
        }

        return new DnsQuery(name, BinaryPrimitives.ReadUInt16BigEndian(bytes[end..]), message[..(end + 4)]);
    }
}
