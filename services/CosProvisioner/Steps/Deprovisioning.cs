using TempoCos.Contracts;
using TempoCos.CosProvisioner.Iam;
using TempoCos.CosProvisioner.Kubernetes;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.ServiceDefaults;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>
/// Removes what the run's ledger names, and nothing else: what is inside before what it is in. An entry whose creation was only intended is looked up by
/// its name. May be repeated until nothing is left.
/// </summary>
internal sealed class Deprovisioning(
    LedgerStore ledgers,
    IamTokenSource tokens,
    ClusterConnection clusters,
    Namespaces namespaces,
    ResourceGroups groups,
    ServiceInstances instances,
    Buckets buckets,
    S3Buckets s3Buckets,
    ResourceKeys keys,
    TimeProvider time)
{
    public async Task<Deprovisioned> RunAsync(string runId, StageReporter reporter, CancellationToken cancellationToken)
    {
        RunPlan.CheckRunId(runId);
        var stage = new Stage(reporter, time);
        if (!ledgers.Exists(runId))
        {
            await stage.StepAsync("ledger", "Reading the ledger", step =>
            {
                step.Skip($"Run {runId} has made nothing here");
                return Task.CompletedTask;
            });
            return new Deprovisioned();
        }

        using var lease = await ledgers.OpenAsync(runId, cancellationToken);
        var ledger = lease.Ledger;
        var removals = new Removals(stage, ledger, cancellationToken);
        var objects = 0L;

        foreach (var item in ledger.OfKind(LedgerKind.Bucket))
        {
            await removals.RemoveAsync(item, async step =>
            {
                if (await RemoveBucketAsync(item, step, cancellationToken) is not { } count)
                {
                    return false;
                }

                objects += count;
                step.Evidence["objects"] = $"{count}";
                step.Succeed(item.Place.ContainsKey(Place.Adopted)
                    ? $"Emptied bucket {item.Name} of {count} objects; it was there before and stays"
                    : $"Removed bucket {item.Name} and {count} objects in it");
                return true;
            });
        }

        foreach (var item in ledger.OfKind(LedgerKind.ResourceKey))
        {
            await removals.RemoveAsync(item, async step => await IsInstanceLiveAsync(item, step, cancellationToken) && await keys.RemoveAsync(item, cancellationToken));
        }

        foreach (var item in ledger.OfKind(LedgerKind.Secret))
        {
            await removals.RemoveAsync(item, async _ =>
            {
                using var cluster = await clusters.ConnectAsync(cancellationToken);
                return await StorageSecrets.RemoveAsync(cluster, item, runId, cancellationToken);
            });
        }

        foreach (var item in ledger.OfKind(LedgerKind.ServiceInstance))
        {
            await removals.RemoveAsync(item, async _ =>
            {
                var account = await tokens.GetAsync(cancellationToken);
                var removed = await instances.RemoveAsync(item, account.AccountId, runId, cancellationToken);
                if (item.Id is { } guid)
                {
                    removals.GoneWith(guid);
                }

                return removed;
            });
        }

        foreach (var item in ledger.OfKind(LedgerKind.ResourceGroup))
        {
            await removals.RemoveAsync(item, async _ =>
            {
                var account = await tokens.GetAsync(cancellationToken);
                return await groups.RemoveAsync(item, account.AccountId, cancellationToken);
            });
        }

        foreach (var item in ledger.OfKind(LedgerKind.Namespace))
        {
            await removals.RemoveAsync(item, async _ =>
            {
                using var cluster = await clusters.ConnectAsync(cancellationToken);
                return await namespaces.RemoveAsync(cluster, item, runId, cancellationToken);
            });
        }

        return new Deprovisioned { ObjectsDeleted = objects, Removed = { removals.Removed }, Leftovers = { removals.Leftovers } };
    }

    private async Task<long?> RemoveBucketAsync(LedgerItem item, StepScope step, CancellationToken cancellationToken) =>
        item.Place.ContainsKey(Place.Endpoint) ? await s3Buckets.RemoveAsync(item, cancellationToken)
        : await IsInstanceLiveAsync(item, step, cancellationToken) ? await buckets.RemoveAsync(item, cancellationToken)
        : null;

    // A bucket or key of an instance that is deleted already is out of reach and goes when the instance is reclaimed.
    private async Task<bool> IsInstanceLiveAsync(LedgerItem item, StepScope step, CancellationToken cancellationToken)
    {
        if (await instances.IsLiveAsync(item.Place[Place.InstanceGuid], cancellationToken))
        {
            return true;
        }

        step.Skip($"{item.Kind} {item.Name} goes with its service instance, which is deleted");
        return false;
    }
}
