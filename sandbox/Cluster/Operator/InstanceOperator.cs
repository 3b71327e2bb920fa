using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;
using TempoCos.Cluster.Operator.Manifests;

namespace TempoCos.Cluster.Operator;

/// <summary>What the operator does for both of its kinds: watch, finalize, and nothing while its Deployment is scaled down.</summary>
public abstract class InstanceOperator(ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, OperandWriter operands, string resource, string application, ILogger logger)
    : Controller(store, logger)
{
    public const string Finalizer = "tempo.grafana.com/finalizer";

    private static readonly HashSet<string> Concerning =
    [
        BuiltInResources.Secrets, BuiltInResources.Pods, BuiltInResources.Deployments, BuiltInResources.StatefulSets, BuiltInResources.Services,
        BuiltInResources.ConfigMaps, BuiltInResources.ServiceAccounts, BuiltInResources.Ingresses, BuiltInResources.DisruptionBudgets,
        IngressManifests.Routes,
    ];

    protected ResourceRegistry Registry => registry;

    protected OperandWriter Operands => operands;

    protected override bool Watches(ObjectKey key) => key.Resource == resource || Concerning.Contains(key.Resource);

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted)
    {
        if (changed.Key.Resource == resource)
        {
            return [changed.Key];
        }

        if (changed.Key == OperatorDeployment.Key)
        {
            return Store.List(resource).Objects.Select(one => one.Key);
        }

        var instance = changed.Labels.GetValueOrDefault(InstanceLabels.ManagedByKey) == InstanceLabels.Operator && changed.Labels.GetValueOrDefault(InstanceLabels.NameKey) == application
            ? changed.Labels.GetValueOrDefault(InstanceLabels.InstanceKey)
            : null;
        return Store.List(resource, changed.Key.Namespace).Objects
            .Where(one => one.Key.Name == instance || (changed.Key.Resource is BuiltInResources.Secrets or BuiltInResources.ConfigMaps && Uses(one.ToObject(), changed.Key)))
            .Select(one => one.Key);
    }

    /// <summary>Whether an instance reads a Secret or ConfigMap of the user.</summary>
    protected abstract bool Uses(JsonObject instance, ObjectKey key);

    protected abstract bool IsUnmanaged(JsonObject instance);

    protected abstract void Reconcile(JsonObject instance);

    /// <summary>Writes the instance's objects, and has its status say how that went.</summary>
    /// <exception cref="ApiException">As <paramref name="write"/>: it is tried again.</exception>
    protected static void Attempt(Action write, Action<ConfigurationException?, string?> report)
    {
        try
        {
            write();
            report(null, null);
        }
        catch (ConfigurationException error)
        {
            report(error, null);
        }
        catch (Exception problem) when (problem is InvalidOperationException or ApiException { Code: not 409 })
        {
            report(null, problem.Message);
            throw;
        }
    }

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is not { } stored || !OperatorDeployment.IsRunning(Store))
        {
            return;
        }

        var instance = stored.ToObject();
        if (stored.Deleting)
        {
            if (instance.Texts("metadata", "finalizers").Contains(Finalizer))
            {
                if (!IsUnmanaged(instance))
                {
                    operands.DeleteClusterWide(instance, new InstanceLabels(application, key.Name));
                }

                Finalizers(key, finalizers => finalizers.Where(one => one != Finalizer));
            }

            return;
        }

        if (!instance.Texts("metadata", "finalizers").Contains(Finalizer))
        {
            Finalizers(key, finalizers => finalizers.Append(Finalizer));
            return;
        }

        if (!IsUnmanaged(instance))
        {
            Reconcile(instance);
        }
    }

    /// <summary>The instance's pods that are not on their way out.</summary>
    protected IReadOnlyList<StoredObject> Pods(ObjectKey key) =>
        [.. Store.List(BuiltInResources.Pods, key.Namespace).Objects.Where(pod => !pod.Deleting
            && pod.Labels.GetValueOrDefault(InstanceLabels.ManagedByKey) == InstanceLabels.Operator
            && pod.Labels.GetValueOrDefault(InstanceLabels.NameKey) == application
            && pod.Labels.GetValueOrDefault(InstanceLabels.InstanceKey) == key.Name)];

    private void Finalizers(ObjectKey key, Func<IEnumerable<string>, IEnumerable<string>> change) =>
        registry.Update(catalog.Find(resource)!, key.Namespace, key.Name, live =>
        {
            live.Ensure("metadata")["finalizers"] = change([.. live.Texts("metadata", "finalizers")]).Select(one => (JsonNode)one).ToJsonArray();
            return live;
        }, WriteOptions.Main);
}
