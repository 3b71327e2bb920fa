using System.Net;

namespace TempoCos.Cluster.Network.Names;

/// <summary>
/// 127.N.0.0/16, of which this cluster's names are answered: a service has the address that has its cluster IP's last two bytes, and the first
/// ones are for pods. N is chosen at each start by <see cref="DnsServer"/>, whose port there nobody else can have; on macOS and Windows, and
/// where that port cannot be had, there is no block.
/// </summary>
public sealed class LoopbackBlock
{
    /// <summary>How many pods can have an address; a node runs at most 110.</summary>
    public const int Pods = 200;

    private const int FirstPod = 20;
    private const int Loopback = 127;
    private static readonly byte[] ClusterNetwork = [10, 96];

    private byte? number;

    /// <summary>Where the cluster's DNS answers, at the place that it usually has; null without a block.</summary>
    public IPAddress? Server => number is { } claimed ? ServerOf(claimed) : null;

    /// <summary>Why there is no block; null where there is one.</summary>
    public string? Problem { get; private set; } = "the cluster has not started";

    public static IPAddress ServerOf(byte number) => new([Loopback, number, 0, 10]);

    public void Claim(byte claimed)
    {
        number = claimed;
        Problem = null;
    }

    public void Forgo(string problem) => Problem = problem;

    /// <summary>Where a service's ports are; null without a block, and for an address that is not of the cluster's network.</summary>
    public IPAddress? Of(string? clusterIp) => number is { } claimed && IPAddress.TryParse(clusterIp, out var address) && address.GetAddressBytes() is [var first, var second, var third, var fourth]
        && first == ClusterNetwork[0] && second == ClusterNetwork[1] && third > 0 ? new([Loopback, claimed, third, fourth]) : null;

    /// <summary>An address for the pod of this place, from 0.</summary>
    public IPAddress? OfPod(int place) => number is { } claimed ? new([Loopback, claimed, 0, (byte)(FirstPod + place)]) : null;
}
