using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Operator.Configuration;
using TempoCos.Cluster.Operator.Gateway;
using TempoCos.Cluster.Operator.Storage;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Manifests;

/// <summary>All objects of a stack, in the order in which they are made: what pods need comes before them.</summary>
public static class StackManifests
{
    public static IReadOnlyList<(string Resource, JsonObject Content)> Of(
        TempoStackView stack, StorageParameters storage, FeatureGates gates, JsonObject certificateHashes, IReadOnlyList<GatewayTenant> tenants)
    {
        var configuration = new TempoConfiguration(stack, storage, gates);
        var tempo = configuration.Render(frontend: false);
        var context = new StackContext(stack, storage, gates, Hash(tempo), certificateHashes, tenants);
        var all = new List<(string Resource, JsonObject Content)>
        {
            (BuiltInResources.ConfigMaps, Map(
                ("metadata", context.Labels.Metadata("", "config")),
                ("data", Map(
                    ("tempo.yaml", tempo),
                    ("tempo-query-frontend.yaml", configuration.Render(frontend: true)),
                    ("overrides.yaml", configuration.RenderOverrides()),
                    ("tempo-query.yaml", stack.HasJaeger ? configuration.RenderTempoQuery() : null))))),
        };
        if (stack.ServiceAccount == stack.NameOf(""))
        {
            all.Add((BuiltInResources.ServiceAccounts, Map(("metadata", context.Labels.Metadata("", "serviceaccount", CloudAnnotations(storage))))));
        }

        var components = new ComponentManifests(context);
        all.AddRange(components.Distributor());
        all.AddRange(components.Ingester());
        all.Add((BuiltInResources.Services, GossipRing(context)));
        all.AddRange(new QueryFrontendManifests(context, components).All());
        all.AddRange(components.Querier());
        all.AddRange(components.Compactor());
        if (stack.HasMetricsGenerator)
        {
            all.AddRange(components.MetricsGenerator());
        }

        if (stack.HasGateway)
        {
            all.AddRange(new GatewayManifests(context, components).All());
        }

        if (stack.Spec("networkPolicy", "enabled") is null || stack.Spec("networkPolicy", "enabled").Flag())
        {
            all.AddRange(new NetworkPolicies(context).All());
        }

        // A stable sort: services and what pods mount before the workloads.
        return [.. all.OrderBy(one => one.Resource is BuiltInResources.Deployments or BuiltInResources.StatefulSets)];
    }

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>What a cloud reads off the service account of pods that get their credentials from it.</summary>
    public static JsonObject? CloudAnnotations(StorageParameters storage) => !storage.IsToken ? null : storage.Type switch
    {
        "s3" => Map(("eks.amazonaws.com/audience", "sts.amazonaws.com"), ("eks.amazonaws.com/role-arn", storage.RoleArn)),
        "azure" => Map(("azure.workload.identity/client-id", storage.ClientId), ("azure.workload.identity/tenant-id", storage.TenantId)),
        _ => null,
    };

    private static JsonObject GossipRing(StackContext context)
    {
        var selector = context.Labels.Common();
        selector["tempo-gossip-member"] = "true";
        return Map(
            ("metadata", context.Labels.Metadata("gossip-ring", "gossip-ring")),
            ("spec", Map(
                ("clusterIP", "None"),
                ("publishNotReadyAddresses", true),
                ("ports", StackPorts.OfService([StackPorts.Memberlist])),
                ("selector", selector))));
    }
}
