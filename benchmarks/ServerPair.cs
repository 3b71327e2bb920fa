using TempoCos.Benchmarks.Servers;

namespace TempoCos.Benchmarks;

/// <summary>The servers of both sides, running at the same time.</summary>
internal sealed class ServerPair(IReadOnlyDictionary<Side, TempoServer> servers) : IAsyncDisposable
{
    public TempoServer this[Side side] => servers[side];

    public bool HasPeer => servers.ContainsKey(Side.Peer);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers.Values)
        {
            await server.DisposeAsync();
        }
    }
}
