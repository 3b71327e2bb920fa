using System.Net;
using System.Net.Sockets;

namespace TempoCos.Cluster.Network;

/// <summary>Ports of 127.0.0.1 that are free now.</summary>
public static class LoopbackPort
{
    /// <summary>Several free ports at once, all different.</summary>
    public static IReadOnlyList<int> Choose(IReadOnlyList<string> protocols)
    {
        var held = new List<Socket>();
        try
        {
            foreach (var protocol in protocols)
            {
                held.Add(Bind(0, protocol));
            }

            return [.. held.Select(socket => ((IPEndPoint)socket.LocalEndPoint!).Port)];
        }
        finally
        {
            held.ForEach(socket => socket.Dispose());
        }
    }

    public static bool IsFree(int port, string protocol)
    {
        try
        {
            using var socket = Bind(port, protocol);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Socket Bind(int port, string protocol)
    {
        var socket = protocol == "UDP"
            ? new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
