using TempoCos.Contracts;
using TempoCos.CosProvisioner.Iam;
using TempoCos.CosProvisioner.Kubernetes;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.CosProvisioner.ResourceController;
using TempoCos.CosProvisioner.Steps;
using TempoCos.ServiceDefaults;

namespace TempoCos.CosProvisioner.Leaks;

/// <summary>Removes leaks, what is inside before what it is in. Each is looked for again first: only what still carries its mark, and still stands in no ledger, goes.</summary>
internal sealed class LeakRemoval(
    LeakSearch search,
    IamTokenSource tokens,
    ClusterConnection clusters,
    Namespaces namespaces,
    ResourceGroups groups,
    ServiceInstances instances,
    ResourceControllerClient controller,
    Buckets buckets,
    BucketPlaces places,
    TimeProvider time)
{
    private static readonly string[] Order =
        [LedgerKind.Secret, LedgerKind.Bucket, LedgerKind.ResourceKey, LedgerKind.ServiceInstance, LeakKind.Reclamation, LedgerKind.ResourceGroup, LedgerKind.Namespace];

    public async Task<Deprovisioned> RunAsync(IReadOnlyCollection<Leak> leaks, string prefix, Func<string, StageReporter> report, CancellationToken cancellationToken)
    {
        var result = new Deprovisioned();
        var now = (await search.RunAsync(prefix, cancellationToken)).Leaks.Select(leak => (leak.Kind, leak.Id, leak.RunId)).ToHashSet();
        foreach (var run in leaks.GroupBy(leak => leak.RunId, StringComparer.Ordinal))
        {
            using var reporter = report(run.Key);
            var removals = new Removals(new Stage(reporter, time), null, cancellationToken);
            foreach (var leak in run.OrderBy(leak => Array.IndexOf(Order, leak.Kind)))
            {
                var item = new LedgerItem(leak.Kind, leak.Name, leak.Id, LedgerState.Created, time.GetUtcNow(), new Dictionary<string, string>());
                await removals.RemoveAsync(item, async step =>
                {
                    if (!now.Contains((leak.Kind, leak.Id, leak.RunId)))
                    {
                        step.Skip($"{leak.Kind} {leak.Name} is gone, or no longer carries the mark of run {leak.RunId}");
                        return false;
                    }

                    return await RemoveAsync(item, leak, step, result, cancellationToken);
                });
            }

            result.Removed.AddRange(removals.Removed);
            result.Leftovers.AddRange(removals.Leftovers);
        }

        return result;
    }

    private async Task<bool> RemoveAsync(LedgerItem item, Leak leak, StepScope step, Deprovisioned result, CancellationToken cancellationToken)
    {
        switch (leak.Kind)
        {
            case LedgerKind.Secret:
                using (var cluster = await clusters.ConnectAsync(cancellationToken))
                {
                    return await StorageSecrets.RemoveAsync(cluster, item, leak.RunId, cancellationToken);
                }

            case LedgerKind.Namespace:
                using (var cluster = await clusters.ConnectAsync(cancellationToken))
                {
                    return await namespaces.RemoveAsync(cluster, item, leak.RunId, cancellationToken);
                }

            case LedgerKind.Bucket:
                var place = await places.FindAsync(leak.Id, leak.Name, cancellationToken);
                if (place is null || await buckets.RemoveAsync(item with { Place = place }, cancellationToken) is not { } count)
                {
                    return false;
                }

                result.ObjectsDeleted += count;
                step.Succeed($"Removed bucket {leak.Name} and {count} objects in it");
                return true;

            case LedgerKind.ResourceKey:
                await controller.DeleteKeyAsync(leak.Id, cancellationToken);
                return true;

            case LedgerKind.ServiceInstance:
                return await instances.RemoveAsync(item, await AccountAsync(cancellationToken), leak.RunId, cancellationToken);

            case LeakKind.Reclamation:
                var account = await AccountAsync(cancellationToken);
                return await controller.FindReclamationAsync(account, leak.Id, cancellationToken) is { InstanceGuid: { } guid }
                    && await instances.RemoveAsync(item with { Id = guid }, account, leak.RunId, cancellationToken);

            case LedgerKind.ResourceGroup:
                return await groups.RemoveAsync(item, await AccountAsync(cancellationToken), cancellationToken);

            default:
                return false;
        }
    }

    private async Task<string> AccountAsync(CancellationToken cancellationToken) => (await tokens.GetAsync(cancellationToken)).AccountId;
}
