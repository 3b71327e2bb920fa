using System.Net;
using System.Net.Sockets;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>Names of hosts outside, and of Services in the cluster's DNS.</summary>
internal static class HostName
{
    private const string OfService = ".svc";

    /// <exception cref="ReachFaultException">TC348: it does not resolve before <paramref name="limit"/>, or not at all.</exception>
    public static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken limit)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host, limit);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            throw new ReachFaultException(Unknown(host), exception);
        }
    }

    private static ReachFault Unknown(string host) => host.EndsWith(OfService, StringComparison.Ordinal)
        ? new(
            Codes.HostUnknown, host, "The Service's name does not resolve here",
            "See that there is such a Service, and that this runs in a pod of its cluster that asks the cluster's DNS; or reach the stack by port-forward.", false)
        : new(Codes.HostUnknown, host, "The host does not resolve here", "Enter it in the DNS that this machine asks, or reach the stack by port-forward.", false);
}
