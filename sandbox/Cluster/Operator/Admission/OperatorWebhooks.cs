using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Operator.Admission;

/// <summary>The operator's webhooks, which the API server asks before it stores one of the operator's kinds.</summary>
public sealed class OperatorWebhooks(ObjectStore store, FeatureGates gates, ClusterOptions options)
{
    /// <summary>Fills in what was left open. A TempoMonolithic stays as it was given.</summary>
    public void Default(ResourceType type, JsonObject given)
    {
        if (options.Operator && type.Resource == BuiltInResources.TempoStacks && given.At("metadata", "deletionTimestamp") is null && given["spec"] is JsonObject)
        {
            TempoStackDefaults.Apply(given, gates);
        }
    }

    /// <summary>Answers with warnings.</summary>
    /// <exception cref="Api.ApiException">The object is refused.</exception>
    public IReadOnlyList<string> Validate(ResourceType type, JsonObject given)
    {
        if (!options.Operator || given.At("metadata", "deletionTimestamp") is not null || type.Resource is not (BuiltInResources.TempoStacks or BuiltInResources.TempoMonolithics))
        {
            return [];
        }

        var isStack = type.Resource == BuiltInResources.TempoStacks;
        var faults = isStack ? new StackWebhook(store, gates).Validate(given) : new MonolithicWebhook(store, gates).Validate(given);
        faults.Refuse(isStack ? "vtempostack.tempo.grafana.com" : "vtempomonolithic.kb.io", type.Kind, given.Text("metadata", "name")!);
        return faults.Warnings;
    }
}
