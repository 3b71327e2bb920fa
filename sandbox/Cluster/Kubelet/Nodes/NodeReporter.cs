using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Kubelet.Limits;
using TempoCos.Cluster.Kubelet.Names;
using TempoCos.Cluster.Startup;

namespace TempoCos.Cluster.Kubelet.Nodes;

/// <summary>Says what the node is and has, and renews its lease as a kubelet does: every 10 s, for 40 s.</summary>
public sealed partial class NodeReporter(
    ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, ControlGroupTree groups, PodResolver resolver, DataDirectory data, TimeProvider time, ILogger<NodeReporter> logger)
    : BackgroundService
{
    private const string LeaseNamespace = "kube-node-lease";
    private const string Leases = "leases.coordination.k8s.io";
    private static readonly TimeSpan LeasePeriod = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StatusPeriod = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var reported = DateTimeOffset.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (time.GetUtcNow() - reported >= StatusPeriod)
                {
                    Report();
                    reported = time.GetUtcNow();
                }

                Renew();
            }
            catch (Exception problem) when (problem is ApiException or IOException)
            {
                Log.NotReported(logger, problem);
            }

            await Task.Delay(LeasePeriod, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Report()
    {
        registry.Update(catalog.Find(BuiltInResources.Nodes)!, "", PodKubelet.Node, node =>
        {
            var labels = node.Ensure("metadata", "labels");
            labels["kubernetes.io/hostname"] = PodKubelet.Node;
            labels["kubernetes.io/os"] = NodeStatus.OperatingSystemName;
            labels["kubernetes.io/arch"] = NodeStatus.Architecture;
            return node;
        }, WriteOptions.Main);
        registry.Update(catalog.Find(BuiltInResources.Nodes)!, "", PodKubelet.Node, node =>
        {
            node["status"] = NodeStatus.Of(node, groups.Means, resolver, data.Path, registry.Now);
            return node;
        }, WriteOptions.OfStatus);
    }

    private void Renew()
    {
        var now = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        var type = catalog.Find(Leases)!;
        if (store.Find(new ObjectKey(Leases, LeaseNamespace, PodKubelet.Node)) is null)
        {
            registry.Create(type, LeaseNamespace, new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = PodKubelet.Node },
                ["spec"] = new JsonObject { ["holderIdentity"] = PodKubelet.Node, ["leaseDurationSeconds"] = 40, ["renewTime"] = now },
            }, WriteOptions.Main);
            return;
        }

        registry.Update(type, LeaseNamespace, PodKubelet.Node, lease =>
        {
            lease.Ensure("spec")["renewTime"] = now;
            return lease;
        }, WriteOptions.Main);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "the node's state could not be reported and is again in 10 s")]
        public static partial void NotReported(ILogger logger, Exception problem);
    }
}
