using System.Collections.Concurrent;
using Grpc.Net.Client;
using TempoCos.Tempo.Ingester;
using TempoCos.Tempo.Tls;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Ring;

/// <summary>The ingesters that a distributor or querier may call: the one of this process, or those of the ring over gRPC.</summary>
public sealed class IngesterPool(ComponentRing ring, int replicationFactor, IIngester? local = null, ClientTls? tls = null) : IDisposable
{
    private static readonly TimeSpan JoinDeadline = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, (GrpcChannel Channel, IIngester Ingester)> _remote = new();

    /// <summary>All of them. A ring that is still forming is waited for, but not long.</summary>
    public async Task<IReadOnlyList<IIngester>> AllAsync(CancellationToken cancellationToken)
    {
        if (local is not null)
        {
            return [local];
        }

        var members = await ring.WaitForAsync("ingester", JoinDeadline, cancellationToken);
        return members.Count > 0 ? [.. members.Select(Connect)] : throw new EmptyRingException();
    }

    /// <summary>For each key the ingesters that keep it.</summary>
    public async Task<Func<ulong, IEnumerable<IIngester>>> OwnersAsync(CancellationToken cancellationToken)
    {
        if (local is not null)
        {
            IIngester[] only = [local];
            return _ => only;
        }

        var members = await ring.WaitForAsync("ingester", JoinDeadline, cancellationToken);
        return members.Count > 0
            ? key => ComponentRing.Owners(members, key, replicationFactor).Select(Connect)
            : throw new EmptyRingException();
    }

    public void Dispose()
    {
        foreach (var (channel, _) in _remote.Values)
        {
            channel.Dispose();
        }
    }

    private IIngester Connect(Member member)
    {
        return _remote.GetOrAdd($"{member.Address}:{member.GrpcPort}", name =>
        {
            var channel = Dial.Channel(member.Address, member.GrpcPort, tls, handler => handler.EnableMultipleHttp2Connections = true);
            return (channel, new RemoteIngester(new Wire.Ingester.IngesterClient(channel), name));
        }).Ingester;
    }
}
