using System.Buffers.Binary;

namespace TempoCos.Cluster.Network.Names;

/// <summary>What is answered to a question.</summary>
/// <param name="Code">Of the result.</param>
/// <param name="Records">The answer itself.</param>
/// <param name="Authority">Where there is no record: the zone's, so that this may be kept for a while.</param>
public sealed record DnsAnswer(DnsResult Code, IReadOnlyList<DnsRecord> Records, DnsRecord? Authority = null)
{
    private const int Response = 0x8000;
    private const int Authoritative = 0x0400;
    private const int Truncated = 0x0200;
    private const int RecursionDesired = 0x0100;
    private const int RecursionAvailable = 0x0080;
    private const int Internet = 1;

    public static DnsAnswer Failure { get; } = new(DnsResult.ServerFailure, []);

    /// <summary>The message; one that would be longer than what the other side takes says so instead, and is then asked for by TCP.</summary>
    public byte[] Encode(DnsQuery query, int longest)
    {
        var message = Encode(query, Records, isTruncated: false);
        return message.Length <= longest ? message : Encode(query, [], isTruncated: true);
    }

    private byte[] Encode(DnsQuery query, IReadOnlyList<DnsRecord> records, bool isTruncated)
    {
        var message = new List<byte>(query.Head.ToArray());
        records.Concat(Authority is null ? [] : [Authority]).ToList().ForEach(record => Add(message, record));
        var bytes = message.ToArray();
        var asked = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(2));
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)(
            Response | (asked & RecursionDesired) | RecursionAvailable | (Code == DnsResult.ServerFailure ? 0 : Authoritative) | (isTruncated ? Truncated : 0) | (int)Code));
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(6), (ushort)records.Count);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(8), (ushort)(Authority is null ? 0 : 1));
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(10), 0);
        return bytes;
    }

    private static void Add(List<byte> message, DnsRecord record)
    {
        var fixedPart = new byte[10];
        BinaryPrimitives.WriteUInt16BigEndian(fixedPart, (ushort)record.Type);
        BinaryPrimitives.WriteUInt16BigEndian(fixedPart.AsSpan(2), Internet);
        BinaryPrimitives.WriteInt32BigEndian(fixedPart.AsSpan(4), DnsRecord.TimeToLive);
        BinaryPrimitives.WriteUInt16BigEndian(fixedPart.AsSpan(8), (ushort)record.Data.Length);
        message.AddRange(DnsName.Encode(record.Name));
        message.AddRange(fixedPart);
        message.AddRange(record.Data);
    }
}
