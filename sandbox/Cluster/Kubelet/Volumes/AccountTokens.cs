using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Access;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Kubelet.Volumes;

/// <summary>The tokens that pods have for their service account: one for each volume, another before it expires.</summary>
public sealed class AccountTokens(ServiceAccountTokens accounts, TimeProvider time)
{
    // What the volume of every pod asks for, and what an API server then grants so that old clients go on.
    private const long Usual = 3607;
    private static readonly TimeSpan Extended = TimeSpan.FromDays(365);
    private const double RenewedAt = 0.8;

    private readonly ConcurrentDictionary<(string Uid, string Volume), (string Token, DateTimeOffset Renewal)> given = new();

    /// <exception cref="VolumeException">There is no such account, or no longer such a pod.</exception>
    public string Of(JsonObject pod, string volume, long? expirationSeconds, string? audience = null)
    {
        var key = (pod.Text("metadata", "uid")!, $"{volume}/{audience}");
        var now = time.GetUtcNow();
        if (given.TryGetValue(key, out var held) && now < held.Renewal)
        {
            return held.Token;
        }

        var lifetime = expirationSeconds is null or Usual ? Extended : TimeSpan.FromSeconds(expirationSeconds.Value);
        try
        {
            var token = accounts.Issue(
                pod.Text("metadata", "namespace")!, pod.Text("spec", "serviceAccountName") is { Length: > 0 } name ? name : "default", pod.Text("metadata", "name")!, lifetime,
                [audience is { Length: > 0 } ? audience : ServiceAccountTokens.Issuer]);
            given[key] = (token, now + (lifetime * RenewedAt));
            return token;
        }
        catch (ApiException refused)
        {
            throw new VolumeException(volume, $"failed to fetch token: {refused.Message}");
        }
    }

    public void Remove(string uid)
    {
        foreach (var key in given.Keys.Where(key => key.Uid == uid))
        {
            given.TryRemove(key, out _);
        }
    }
}
