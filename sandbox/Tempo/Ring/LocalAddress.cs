using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace TempoCos.Tempo.Ring;

/// <summary>Under which address others reach a listener that is bound to a host or to every address.</summary>
public static class LocalAddress
{
    public static string Reachable(string host) => host is "" or "0.0.0.0" or "::" or "[::]" ? FirstAddress() : host;

    private static string FirstAddress() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork)?.ToString() ?? IPAddress.Loopback.ToString();
}
