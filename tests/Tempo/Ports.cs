using System.Net;
using System.Net.Sockets;

namespace TempoCos.Tempo.Tests;

/// <summary>
/// Free ports of 127.0.0.1 from the system, all different. On Linux they stay bound while this process lives, without listening, so that the system offers them to nobody else;
/// whoever is told of one can listen there all the same, as .NET and Go bind with SO_REUSEADDR.
/// </summary>
internal static class Ports
{
    private static readonly System.Collections.Concurrent.ConcurrentBag<Socket> Held = [];

    public static int[] Take(int count)
    {
        var sockets = Enumerable.Range(0, count).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        sockets.ForEach(socket => socket.Bind(new IPEndPoint(IPAddress.Loopback, 0)));
        var ports = sockets.Select(socket => ((IPEndPoint)socket.LocalEndPoint!).Port).ToArray();
        sockets.ForEach(socket =>
        {
            if (OperatingSystem.IsLinux())
            {
                Held.Add(socket);
            }
            else
            {
                socket.Dispose();
            }
        });
        return ports;
    }
}
