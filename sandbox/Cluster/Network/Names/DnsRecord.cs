using System.Buffers.Binary;
using System.Net;

namespace TempoCos.Cluster.Network.Names;

/// <summary>A resource record of class IN.</summary>
/// <param name="Name">Whose, without the last dot.</param>
/// <param name="Type">Of which type.</param>
/// <param name="Data">As on the wire, names in it not compressed.</param>
public sealed record DnsRecord(string Name, DnsType Type, byte[] Data)
{
    /// <summary>Seconds for which an answer may be kept, that there is nothing included.</summary>
    public const int TimeToLive = 5;

    public static DnsRecord Address(string name, IPAddress address) => new(name, DnsType.A, address.GetAddressBytes());

    public static DnsRecord Service(string name, int port, string target)
    {
        // Priority, weight, port.
        var data = new byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(2), 100);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(4), (ushort)port);
        return new(name, DnsType.Srv, [.. data, .. DnsName.Encode(target)]);
    }

    /// <summary>What goes with the answer that there is nothing, and says how long that may be kept.</summary>
    public static DnsRecord Authority(string zone)
    {
        // Serial, refresh, retry, expire, minimum.
        var numbers = new byte[20];
        foreach (var (value, place) in new[] { 1, 7200, 1800, 86400, TimeToLive }.Select((value, place) => (value, place)))
        {
            BinaryPrimitives.WriteInt32BigEndian(numbers.AsSpan(place * 4), value);
        }

        return new(zone, DnsType.Soa, [.. DnsName.Encode($"ns.dns.{zone}"), .. DnsName.Encode($"hostmaster.{zone}"), .. numbers]);
    }
}
