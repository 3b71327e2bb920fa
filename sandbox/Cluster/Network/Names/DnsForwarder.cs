using System.Net;
using System.Net.Sockets;

namespace TempoCos.Cluster.Network.Names;

/// <summary>Asks the machine's own name servers for what is not of the cluster, message by message.</summary>
/// <param name="file">Where they stand; read each time, since a machine may change its network.</param>
public sealed class DnsForwarder(string file)
{
    /// <summary>Where the machine's stand.</summary>
    public const string MachineFile = "/etc/resolv.conf";

    private const int Port = 53;
    private static readonly TimeSpan OneTry = TimeSpan.FromSeconds(3);

    /// <summary>The words of the configuration that follow a keyword, such as <c>nameserver</c> or <c>search</c>.</summary>
    public IReadOnlyList<string> Configured(string keyword) => !File.Exists(file) ? []
        : [.. File.ReadLines(file).Select(line => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).Where(words => words is [var first, ..] && first == keyword).SelectMany(words => words[1..])];

    /// <summary>The answer as it came; null when no server gave one.</summary>
    public async Task<byte[]?> AskAsync(ReadOnlyMemory<byte> query, bool byTcp, CancellationToken cancellation)
    {
        foreach (var server in Configured("nameserver").Select(text => IPAddress.TryParse(text, out var address) ? address : null).OfType<IPAddress>())
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(OneTry);
            try
            {
                return byTcp ? await ByTcpAsync(server, query, patience.Token) : await ByUdpAsync(server, query, patience.Token);
            }
            catch (Exception problem) when (problem is SocketException or IOException || (problem is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                // The next one may know.
            }
        }

        return null;
    }

    private static async Task<byte[]> ByUdpAsync(IPAddress server, ReadOnlyMemory<byte> query, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, Port, cancellation);
        await socket.SendAsync(query, cancellation);
        var answer = new byte[ushort.MaxValue];
        while (true)
        {
            var length = await socket.ReceiveAsync(answer, cancellation);
            if (length >= DnsQuery.HeaderLength && answer.AsSpan(0, 2).SequenceEqual(query.Span[..2]))
            {
                return answer[..length];
            }
        }
    }

    private static async Task<byte[]> ByTcpAsync(IPAddress server, ReadOnlyMemory<byte> query, CancellationToken cancellation)
    {
        using var client = new TcpClient(server.AddressFamily);
        await client.ConnectAsync(server, Port, cancellation);
        await using var stream = client.GetStream();
        await DnsFrame.WriteAsync(stream, query, cancellation);
        return await DnsFrame.ReadAsync(stream, cancellation) ?? throw new IOException("the name server closed the connection");
    }
}
