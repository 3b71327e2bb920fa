using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TempoCos.Cluster.Network;

/// <summary>
/// A port of 127.0.0.1 that no other pod or proxy of this process is given until it is released. Whoever it is meant for can listen on it all
/// the same. For TCP on Linux it is also bound, so that the system chooses it for no connection and no other program, save one that binds with
/// SO_REUSEADDR, as programs of .NET do: the two share the port until one of them listens.
/// </summary>
public sealed class HeldPort : IDisposable
{
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    private readonly Socket? hold;

    private HeldPort(int port, Socket? hold)
    {
        Port = port;
        this.hold = hold;
    }

    public int Port { get; }

    /// <summary>Chooses and holds a free port for <c>TCP</c> or <c>UDP</c>.</summary>
    public static HeldPort Take(string protocol)
    {
        // Those that the system offers again although they were given are kept until another one is found, so that it offers others.
        var refused = new List<Socket>();
        try
        {
            while (true)
            {
                var socket = Bind(0, protocol);
                var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
                if (!Given.TryAdd(port, true))
                {
                    refused.Add(socket);
                    continue;
                }

                if (OperatingSystem.IsLinux() && protocol != "UDP")
                {
                    return new HeldPort(port, socket);
                }

                // Elsewhere, and for datagrams, a bound port is one that nobody else can listen on: it is only remembered.
                socket.Dispose();
                return new HeldPort(port, null);
            }
        }
        finally
        {
            refused.ForEach(socket => socket.Dispose());
        }
    }

    /// <summary>Whether a program could listen there now; one that holds the port without listening does not matter.</summary>
    public static bool IsFree(int port, string protocol)
    {
        try
        {
            using var socket = Bind(port, protocol);
            if (protocol != "UDP")
            {
                socket.Listen(1);
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        hold?.Dispose();
        Given.TryRemove(Port, out _);
    }

    /// <summary>TCP sockets are bound with SO_REUSEADDR, as .NET does on Unix: such sockets share a port as long as none of them listens.</summary>
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
