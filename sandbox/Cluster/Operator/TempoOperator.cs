using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;
using TempoCos.Cluster.Operator.Manifests;
using TempoCos.Cluster.Operator.Storage;

namespace TempoCos.Cluster.Operator;

/// <summary>Reconciles TempoStacks as Tempo Operator 0.22 does.</summary>
public sealed class TempoOperator(ObjectStore store, ResourceRegistry registry, ObjectWriter writer, EventRecorder events, ILogger<TempoOperator> logger)
    : Controller(store, logger)
{
    private const string Instance = "app.kubernetes.io/instance";
    private const string ManagedBy = "app.kubernetes.io/managed-by";

    private static readonly HashSet<string> Concerning =
    [
        BuiltInResources.TempoStacks, BuiltInResources.Secrets, BuiltInResources.Pods, BuiltInResources.Deployments, BuiltInResources.StatefulSets,
        BuiltInResources.Services, BuiltInResources.ConfigMaps, BuiltInResources.ServiceAccounts, BuiltInResources.Ingresses, BuiltInResources.DisruptionBudgets,
    ];

    protected override bool Watches(ObjectKey key) => Concerning.Contains(key.Resource);

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted)
    {
        if (changed.Key.Resource == BuiltInResources.TempoStacks)
        {
            return [changed.Key];
        }

        if (changed.Key.Resource == BuiltInResources.Secrets)
        {
            return Store.List(BuiltInResources.TempoStacks, changed.Key.Namespace).Objects
                .Where(stack => StorageSecret.Name(stack.ToObject()) == changed.Key.Name).Select(stack => stack.Key);
        }

        return changed.Labels.GetValueOrDefault(ManagedBy) == "tempo-operator" && changed.Labels.GetValueOrDefault(Instance) is { } name
            ? [new ObjectKey(BuiltInResources.TempoStacks, changed.Key.Namespace, name)]
            : [];
    }

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is not { Deleting: false } stored || new TempoStackView(stored.ToObject()) is not { Managed: true } stack)
        {
            return;
        }

        try
        {
            var storage = StorageSecret.Read(Store, stack.Source);
            foreach (var (resource, content) in StackManifests.Of(stack, storage))
            {
                writer.Put(resource, stack.Source, content);
            }

            if (!stack.HasIngress && Store.Find(new ObjectKey(BuiltInResources.Ingresses, key.Namespace, stack.NameOf("query-frontend"))) is { } old && old.Owners.Contains(stored.Uid))
            {
                writer.Delete(old.Key, old.Uid);
            }

            var pods = Store.List(BuiltInResources.Pods, key.Namespace).Objects
                .Where(pod => !pod.Deleting && pod.Labels.GetValueOrDefault(ManagedBy) == "tempo-operator" && pod.Labels.GetValueOrDefault(Instance) == key.Name);
            writer.Status(BuiltInResources.TempoStacks, stack.Source, StackStatus.OfPods(stack, [.. pods], registry.Now));
        }
        catch (ConfigurationException error)
        {
            writer.Status(BuiltInResources.TempoStacks, stack.Source, StackStatus.OfError(stack, error, registry.Now));
            events.Record(stack.Source, "tempo-operator", warning: true, error.Reason, error.Message);
        }
    }
}
