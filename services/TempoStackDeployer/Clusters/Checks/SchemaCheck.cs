using System.Text.Json.Nodes;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Clusters.Checks;

/// <summary>Whether the stack has fields that the cluster does not know: told before its namespace is there, in which the server could be asked.</summary>
internal static class SchemaCheck
{
    private const int Most = 5;

    public static async Task RunAsync(ClusterConnection cluster, StackManifest manifest, StageStep step, CancellationToken cancellationToken)
    {
        if (await RequireAsync(cluster, manifest.Kind, manifest.Document, cancellationToken))
        {
            step.Succeed($"The {manifest.Kind} has only fields that the cluster knows");
        }
        else
        {
            step.Skip("The cluster shows no schema of it, so that a mistake in it is known when it is applied");
        }
    }

    /// <summary>Throws when the stack breaks its schema; false when there is none to see.</summary>
    public static async Task<bool> RequireAsync(ClusterConnection cluster, string kind, JsonObject document, CancellationToken cancellationToken)
    {
        var schemas = await Optional.LookAsync(() => ApiObjects.SchemasAsync(cluster, TempoStack.Group, TempoStack.Version, cancellationToken)) ?? [];
        if (schemas.Select(pair => pair.Value).OfType<JsonObject>().FirstOrDefault(schema => IsOf(schema, kind)) is not { } schema)
        {
            return false;
        }

        var spec = schema["properties"]?["spec"] as JsonObject ?? [];
        List<string> problems = [.. StructuralSchema.Problems(spec, document["spec"], "spec").Take(Most)];
        return problems.Count == 0
            ? true
            : throw new DiagnosticException(
                Codes.ManifestRefused, $"{document["metadata"]?["namespace"]}/{document["metadata"]?["name"]}", $"The cluster would refuse the {kind}: {string.Join("; ", problems)}",
                $"Correct these fields; `kubectl explain {kind.ToLowerInvariant()}.spec` describes them.");
    }

    private static bool IsOf(JsonObject schema, string kind) =>
        schema["x-kubernetes-group-version-kind"] is JsonArray kinds && kinds.Any(one => one?["kind"]?.ToString() == kind);
}
