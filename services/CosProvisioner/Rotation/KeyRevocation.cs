using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Kubernetes;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.CosProvisioner.ResourceController;
using TempoCos.CosProvisioner.Steps;
using TempoCos.ServiceDefaults;

namespace TempoCos.CosProvisioner.Rotation;

/// <summary>
/// Deletes every key of the run but the one in the Secret, and shows that the store refuses them and still accepts that one. What is deleted already, by a call
/// that was cut off, is taken note of: its secret is gone with it, so that nothing can be shown of it any more.
/// </summary>
internal sealed class KeyRevocation(
    LedgerStore ledgers, ClusterConnection clusters, ResourceControllerClient controller, ResourceKeys keys, HmacProof proof, RefusalProof refusal, TimeProvider time)
{
    public async Task<KeysRevoked> RunAsync(RevokeKeysRequest request, StageReporter reporter, CancellationToken cancellationToken)
    {
        RunPlan.CheckRunId(request.RunId);
        using var lease = await ledgers.OpenAsync(request.RunId, cancellationToken);
        var ledger = lease.Ledger;
        var stage = new Stage(reporter, time);
        using var cluster = await clusters.ConnectAsync(cancellationToken);

        var (secret, outdated) = await stage.StepAsync("keys", "Looking for keys beside the one in the Secret", async step =>
        {
            var found = await TempoSecret.ReadAsync(cluster, request.Namespace, request.SecretName, request.RunId, cancellationToken);
            var (kept, others) = await SortAsync(ledger, found, cancellationToken);
            step.Evidence["resource_key.kept"] = kept.Guid;
            step.Succeed(others.Count == 0
                ? $"The run has no key but {kept.Name}, which is in the Secret"
                : $"{kept.Name} is in the Secret and stays; to go: {string.Join(", ", others.Select(other => other.Item.Name))}");
            return (found, others);
        });

        var revoked = new KeysRevoked();
        var location = secret.Location(ledger);
        foreach (var key in outdated)
        {
            await stage.StepAsync("revoke-key", $"Deleting resource key {key.Item.Name}", step => RevokeAsync(key, location, secret.Bucket, ledger, revoked, step, cancellationToken));
        }

        await stage.StepAsync("hmac-key", $"Trying the key that stays on bucket {secret.Bucket}", async step =>
        {
            var rounds = await proof.ShowAsync(location, secret.Bucket, secret.Key, request.RunId, cancellationToken);
            step.Evidence["rounds"] = $"{rounds}";
            step.Succeed("The key in the Secret can put, get, list and delete in the bucket");
        });
        return revoked;
    }

    private async Task RevokeAsync(
        OutdatedKey key, StorageLocation location, string bucket, RunLedger ledger, KeysRevoked revoked, StepScope step, CancellationToken cancellationToken)
    {
        if (key.Guid is { } guid)
        {
            step.Evidence["resource_key.old"] = guid;
            revoked.Keys.Add(guid);
            if (!key.IsGone)
            {
                await controller.DeleteKeyAsync(guid, cancellationToken);
            }

            if (key.Hmac is { } hmac)
            {
                var (after, error) = await refusal.ShowAsync(location, bucket, hmac, guid, cancellationToken);
                var longest = revoked.RefusedAfter?.ToTimeSpan() is { } earlier && earlier > after ? earlier : after;
                revoked.RefusedAfter = longest.ToDuration();
                step.Evidence["refused_after_seconds"] = after.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
                step.Evidence["refused_at"] = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
                step.Evidence["refused_by"] = error;
                step.Succeed($"Deleted resource key {key.Item.Name}; the object store refuses it ({error})");
            }
            else
            {
                step.Succeed($"Resource key {key.Item.Name} is deleted; its secret is not at hand, so that its refusal cannot be shown");
            }
        }
        else
        {
            step.Skip($"Resource key {key.Item.Name} was never made");
        }

        if (key.IsLastOfItsName)
        {
            ledger.Removed(LedgerKind.ResourceKey, key.Item.Name);
        }
    }

    private async Task<(ResourceKey Kept, IReadOnlyList<OutdatedKey> Others)> SortAsync(RunLedger ledger, TempoSecret secret, CancellationToken cancellationToken)
    {
        ResourceKey? kept = null;
        var others = new List<OutdatedKey>();
        foreach (var item in KeyGenerations.Of(ledger))
        {
            var outdated = new List<OutdatedKey>();
            var holdsKept = false;
            foreach (var key in await keys.ListAsync(item, cancellationToken))
            {
                var hmac = await keys.FindHmacAsync(key, cancellationToken);
                if (hmac is not null && hmac == secret.Key)
                {
                    kept = key;
                    holdsKept = true;
                }
                else
                {
                    outdated.Add(new OutdatedKey(item, key.Guid, hmac, IsGone: false, IsLastOfItsName: false));
                }
            }

            if (!holdsKept && outdated.Count == 0)
            {
                outdated.Add(new OutdatedKey(item, item.Id, Hmac: null, IsGone: true, IsLastOfItsName: false));
            }

            if (!holdsKept)
            {
                outdated[^1] = outdated[^1] with { IsLastOfItsName = true };
            }

            others.AddRange(outdated);
        }

        // Without this Tempo would lose its access together with the keys.
        return kept is not null ? (kept, others) : throw new DiagnosticException(
            DiagnosticCode.SecretWithoutRunKey,
            secret.FullName,
            "the Secret holds none of the run's keys, so that deleting all others would delete every one",
            "Rotate the key again, which puts a key of the run into it; or destroy the run.");
    }

    private sealed record OutdatedKey(LedgerItem Item, string? Guid, HmacKey? Hmac, bool IsGone, bool IsLastOfItsName);
}
