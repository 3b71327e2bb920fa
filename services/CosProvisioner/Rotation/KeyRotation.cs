using TempoCos.Contracts;
using TempoCos.CosProvisioner.Kubernetes;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.CosProvisioner.ResourceController;
using TempoCos.CosProvisioner.Steps;
using TempoCos.ServiceDefaults;

namespace TempoCos.CosProvisioner.Rotation;

/// <summary>
/// A second key beside the first: made, proven, put into the Secret. Both are in force afterwards. A call that was cut off is gone on with by the next one: as long
/// as a run has two keys, no third is made.
/// </summary>
internal sealed class KeyRotation(
    LedgerStore ledgers, ClusterConnection clusters, ResourceControllerClient controller, ResourceKeys keys, HmacProof proof, TimeProvider time)
{
    public async Task<KeyRotated> RunAsync(RotateKeyRequest request, StageReporter reporter, CancellationToken cancellationToken)
    {
        RunPlan.CheckRunId(request.RunId);
        using var lease = await ledgers.OpenAsync(request.RunId, cancellationToken);
        var ledger = lease.Ledger;
        var stage = new Stage(reporter, time);
        using var cluster = await clusters.ConnectAsync(cancellationToken);

        var (secret, old, next, instance) = await stage.StepAsync("keys", "Looking for the run's key", async step =>
        {
            var generations = KeyGenerations.Of(ledger);
            if (generations.Count == 0)
            {
                throw NothingToRotate(request.RunId);
            }

            var found = await TempoSecret.ReadAsync(cluster, request.Namespace, request.SecretName, request.RunId, cancellationToken);
            var live = await controller.FindInstanceAsync(generations[^1].Place[Place.InstanceGuid], cancellationToken);
            var (present, draft) = generations.Count == 1
                ? (generations[0], KeyGenerations.After(generations[0]))
                : (generations[^2], new LedgerEntryDraft(LedgerKind.ResourceKey, generations[^1].Name, generations[^1].Place));
            step.Evidence["resource_key.old"] = present.Id ?? present.Name;
            step.Succeed($"Resource key {present.Name} is to be followed by {draft.Name}");
            return (found, present, draft, live is { IsLive: true } ? live : throw NothingToRotate(request.RunId));
        });

        var (guid, hmac) = await stage.StepAsync("resource-key", $"Ensuring resource key {next.Name} with HMAC credentials", async step =>
        {
            var (ensured, key) = await keys.EnsureAsync(next.Name, next.Place, instance, ledger, cancellationToken);
            step.Evidence["resource_key.new"] = ensured.Resource.Guid;
            step.Succeed(ensured.Describe($"resource key {next.Name}"));
            return (ensured.Resource.Guid, key);
        });

        await stage.StepAsync("hmac-key", $"Trying the new HMAC key on bucket {secret.Bucket}", async step =>
        {
            var rounds = await proof.ShowAsync(secret.Location(ledger), secret.Bucket, hmac, request.RunId, cancellationToken);
            step.Evidence["rounds"] = $"{rounds}";
            step.Succeed("The new HMAC key can put, get, list and delete in the bucket");
        });

        await stage.StepAsync("secret", $"Putting the new key into Secret {secret.FullName}", async step =>
        {
            await secret.ReplaceKeyAsync(cluster, hmac, request.RunId, cancellationToken);
            step.Evidence["secret"] = secret.FullName;
            step.Evidence["resource_key.new"] = guid;
            step.Succeed($"Secret {secret.FullName} holds the key {next.Name}");
        });

        return new KeyRotated { OldKey = old.Id ?? "", NewKey = guid };
    }

    private static DiagnosticException NothingToRotate(string runId) => new(
        DiagnosticCode.NothingToRotate,
        runId,
        "the run has no resource key of its own to rotate",
        "Provision the run first. Keys that were given instead of made are rotated where they come from.");
}
