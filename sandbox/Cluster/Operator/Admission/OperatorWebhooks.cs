using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Operator.Admission;

/// <summary>The operator's webhooks, which the API server asks before it stores one of the operator's kinds.</summary>
public sealed class OperatorWebhooks(ObjectStore store, FeatureGates gates, ClusterOptions options)
{
    private const string StackValidation = "vtempostack.tempo.grafana.com";
    private const string MonolithicValidation = "vtempomonolithic.kb.io";

    /// <summary>Fills in what was left open; answers whether it did. A TempoMonolithic stays as it was given.</summary>
    /// <exception cref="ApiException">What is given cannot be read.</exception>
    public bool Default(ResourceType type, JsonObject given)
    {
        if (!options.Operator || type.Resource != BuiltInResources.TempoStacks || given.At("metadata", "deletionTimestamp") is not null)
        {
            return false;
        }

        given["spec"] = Read(type, given, "mtempostack.tempo.grafana.com");
        TempoStackDefaults.Apply(given, gates);
        return true;
    }

    /// <summary>Answers with warnings, which <paramref name="warn"/> gets as well when the object is refused.</summary>
    /// <exception cref="ApiException">The object is refused.</exception>
    public void Validate(ResourceType type, JsonObject given, Action<string> warn)
    {
        if (!options.Operator || given.At("metadata", "deletionTimestamp") is not null || type.Resource is not (BuiltInResources.TempoStacks or BuiltInResources.TempoMonolithics))
        {
            return;
        }

        var isStack = type.Resource == BuiltInResources.TempoStacks;
        if (!isStack)
        {
            Read(type, given, MonolithicValidation);
        }

        var faults = isStack ? new StackWebhook(store, gates).Validate(given) : new MonolithicWebhook(store, gates).Validate(given);
        foreach (var warning in faults.Warnings)
        {
            warn(warning);
        }

        faults.Refuse(isStack ? StackValidation : MonolithicValidation, type.Kind, given.Text("metadata", "name")!);
    }

    private static JsonObject Read(ResourceType type, JsonObject given, string webhook)
    {
        try
        {
            return Structures.Rewrite($"{type.Kind}Spec", given["spec"], "spec");
        }
        catch (FormatException problem)
        {
            throw new ApiException(400, "", $"admission webhook \"{webhook}\" denied the request: {problem.Message}");
        }
    }
}
