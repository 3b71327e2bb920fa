using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Access;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Kubelet.Volumes;

/// <summary>The tokens that pods have for their service account: one for each volume, another before it expires.</summary>
public sealed class AccountTokens(ClusterToken cluster, TimeProvider time)
{
    // What the volume of every pod asks for, and what an API server then grants so that old clients go on.
    private const long Usual = 3607;
    private static readonly TimeSpan Extended = TimeSpan.FromDays(365);
    private const double RenewedAt = 0.8;

    private readonly ConcurrentDictionary<(string Uid, string Volume), (string Token, DateTimeOffset Renewal)> given = new();

    public string Of(JsonObject pod, string volume, long? expirationSeconds)
    {
        var key = (pod.Text("metadata", "uid")!, volume);
        var now = time.GetUtcNow();
        if (given.TryGetValue(key, out var held) && now < held.Renewal)
        {
            return held.Token;
        }

        var lifetime = expirationSeconds is null or Usual ? Extended : TimeSpan.FromSeconds(expirationSeconds.Value);
        given[key] = (cluster.Value, now + (lifetime * RenewedAt));
        return given[key].Token;
    }

    public void Remove(string uid)
    {
        foreach (var key in given.Keys.Where(key => key.Uid == uid))
        {
            given.TryRemove(key, out _);
        }
    }
}
