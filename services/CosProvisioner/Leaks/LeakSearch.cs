using Google.Protobuf.WellKnownTypes;
using k8s;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Iam;
using TempoCos.CosProvisioner.Kubernetes;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.ResourceController;
using TempoCos.CosProvisioner.Search;
using TempoCos.CosProvisioner.Steps;

namespace TempoCos.CosProvisioner.Leaks;

/// <summary>
/// What carries the mark of a run and stands in no ledger here. In the account it takes both a derived name and the tags of that same run; what cannot carry tags
/// (groups, keys) is a run's by what stands in or beside it. In the cluster it takes the labels.
/// </summary>
internal sealed class LeakSearch(
    GlobalSearchClient search,
    TaggingClient tagging,
    ResourceControllerClient controller,
    ResourceManagerClient groups,
    IamTokenSource tokens,
    ClusterConnection clusters,
    LedgerStore ledgers)
{
    private const string PendingReclamation = "pending_reclamation";

    public async Task<ListLeaksReply> RunAsync(string prefix, CancellationToken cancellationToken)
    {
        var reply = new ListLeaksReply();
        var leaks = new List<Leak>();
        await LookAsync("the account", async () => leaks.AddRange(await SearchAccountAsync(new DerivedName(prefix.Length > 0 ? prefix : RunMark.Tag), cancellationToken)));
        await LookAsync("the cluster", async () => leaks.AddRange(await SearchClusterAsync(cancellationToken)));

        var known = ledgers.ReadAll().SelectMany(run => run.Items.Select(item => (run.RunId, item.Kind, item.Name))).ToHashSet();
        reply.Leaks.AddRange(leaks.Where(leak => !known.Contains((leak.RunId, leak.Kind == LeakKind.Reclamation ? LedgerKind.ServiceInstance : leak.Kind, leak.Name))));
        return reply;

        // What one of them does not tell is said, and the other is told all the same.
        async Task LookAsync(string where, Func<Task> body)
        {
            try
            {
                await body();
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested && Diagnosis.Of(exception) is { } diagnostic)
            {
                reply.Unseen.Add($"{where}: {diagnostic.Code}: {diagnostic.Reason} ({diagnostic.Value})");
            }
        }
    }

    private async Task<List<Leak>> SearchAccountAsync(DerivedName names, CancellationToken cancellationToken)
    {
        var account = (await tokens.GetAsync(cancellationToken)).AccountId;
        var marked = await search.FindMarkedAsync(cancellationToken);
        var leaks = new List<Leak>();
        var instances = new List<(ServiceInstance Instance, string RunId)>();
        foreach (var state in (string?[])[null, PendingReclamation])
        {
            foreach (var instance in await controller.ListAllInstancesAsync(state, cancellationToken))
            {
                if (names.RunOf(instance.Name) is { } run && await IsMarkedAsync(instance, run, marked, cancellationToken))
                {
                    instances.Add((instance, run));
                    leaks.AddRange(await DescribeAsync(instance, run, account, cancellationToken));
                }
            }
        }

        var buckets = marked.Where(found => found.Type == "bucket" && names.RunOf(found.Name) is { } run && RunMark.RunOf(found.Tags ?? []) == run).ToList();
        var onOthers = buckets.Where(bucket => instances.TrueForAll(leak => leak.Instance.Guid != bucket.InstanceGuid)).ToList();
        foreach (var bucket in onOthers)
        {
            var run = names.RunOf(bucket.Name)!;
            leaks.Add(New(LedgerKind.Bucket, bucket.Name!, bucket.Crn, run, bucket.CreationDate, "its name and its tags"));
            var keys = await controller.ListKeysAsync(bucket.InstanceGuid!, bucket.Name!, cancellationToken);
            leaks.AddRange(keys.Select(key => New(LedgerKind.ResourceKey, key.Name!, key.Guid, run, key.CreatedAt, $"its name, beside the run's bucket {bucket.Name}")));
        }

        foreach (var group in await groups.ListAllAsync(account, cancellationToken))
        {
            if (names.RunOfGroup(group.Name) is { } run && await HoldsTraceAsync(group, run, instances, names, cancellationToken) is { } trace)
            {
                leaks.Add(New(LedgerKind.ResourceGroup, group.Name!, group.Id, run, group.CreatedAt, $"its name, and {trace}"));
            }
        }

        return leaks;
    }

    // The index may not know a new instance yet; its tags are asked for themselves.
    private async Task<bool> IsMarkedAsync(ServiceInstance instance, string run, IReadOnlyList<FoundResource> marked, CancellationToken cancellationToken)
    {
        var crn = instance.Crn ?? instance.Id;
        var tags = marked.FirstOrDefault(found => found.Crn == crn)?.Tags ?? await tagging.ListAsync(crn, cancellationToken);
        return RunMark.RunOf(tags) == run;
    }

    private async Task<IEnumerable<Leak>> DescribeAsync(ServiceInstance instance, string run, string account, CancellationToken cancellationToken)
    {
        const string Evidence = "its name and its tags";
        if (!instance.IsPendingReclamation)
        {
            return [New(LedgerKind.ServiceInstance, instance.Name!, instance.Guid, run, instance.CreatedAt, Evidence)];
        }

        var reclamations = await controller.ListReclamationsAsync(account, instance.Guid, cancellationToken);
        return reclamations.Take(1).Select(reclamation =>
            New(LeakKind.Reclamation, instance.Name!, reclamation.Id, run, instance.CreatedAt, $"name and tags of its service instance {instance.Guid}"));
    }

    // Groups carry no tags. One that holds, or held, the run's service instance and no other is the run's.
    private async Task<string?> HoldsTraceAsync(
        ResourceGroup group, string run, List<(ServiceInstance Instance, string RunId)> leaked, DerivedName names, CancellationToken cancellationToken)
    {
        if (leaked.Exists(leak => leak.RunId == run && leak.Instance.ResourceGroupId == group.Id))
        {
            return "the run's service instance in it";
        }

        var removed = await controller.ListInstancesOfGroupAsync(group.Id, "removed", cancellationToken);
        return removed.Any(instance => instance.IsObjectStorage && names.RunOf(instance.Name) == run) ? "the run's service instance that was in it" : null;
    }

    private async Task<List<Leak>> SearchClusterAsync(CancellationToken cancellationToken)
    {
        using var cluster = await clusters.ConnectAsync(cancellationToken);
        var leaks = new List<Leak>();
        foreach (var found in await cluster.ListNamespacesAsync(RunLabels.Selector, cancellationToken))
        {
            Add(LedgerKind.Namespace, found.Name(), found);
        }

        foreach (var found in await cluster.ListSecretsAsync(RunLabels.Selector, cancellationToken))
        {
            if (!leaks.Exists(leak => leak.Kind == LedgerKind.Namespace && leak.Name == found.Namespace()))
            {
                Add(LedgerKind.Secret, $"{found.Namespace()}/{found.Name()}", found);
            }
        }

        return leaks;

        void Add(string kind, string name, IKubernetesObject<V1ObjectMeta> found)
        {
            if (RunLabels.RunOf(found) is { } run)
            {
                leaks.Add(New(kind, name, found.Uid(), run, found.CreationTimestamp(), "its labels"));
            }
        }
    }

    private static Leak New(string kind, string name, string id, string run, DateTimeOffset? created, string evidence) => new()
    {
        Kind = kind,
        Name = name,
        Id = id,
        RunId = run,
        Created = created is { } time ? Timestamp.FromDateTimeOffset(time) : null,
        Evidence = evidence,
    };
}
