using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using k8s;
using k8s.Autorest;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Disturbances;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Changes;

/// <summary>
/// Changes a stack that is there: of the run's own, all that the run has applied is applied again with the change; of somebody else's, only the change is merged in.
/// </summary>
internal static partial class SpecChange
{
    /// <param name="stack">That is changed.</param>
    /// <param name="change">Writes into the object what is to be different.</param>
    /// <returns>The object as it is afterwards.</returns>
    public static async Task<JsonObject> ApplyAsync(WatchedStack stack, Action<StackManifest> change)
    {
        var (live, existing) = (stack.Stack.Live, stack.Stack);
        var from = existing.IsOurs ? OwnedFields.Of(live, RunLabels.FieldManager) : live;
        var wanted = new StackManifest(existing.Manifest.Kind, existing.Name, existing.Namespace, from.DeepClone().AsObject());
        change(wanted);
        if (existing.IsOurs)
        {
            return await PatchAsync(stack, new V1Patch(wanted.Document, V1Patch.PatchType.ApplyPatch), force: false);
        }

        var patch = MergePatch.Between(from, wanted.Document);
        if (patch.Count == 0)
        {
            return live;
        }

        // Only if nobody has changed it meanwhile.
        DocumentPath.Set(patch, ["metadata", "resourceVersion"], live["metadata"]!["resourceVersion"]!.DeepClone());
        return await PatchAsync(stack, new V1Patch(patch, V1Patch.PatchType.MergePatch), force: null);
    }

    private static async Task<JsonObject> PatchAsync(WatchedStack stack, V1Patch patch, bool? force)
    {
        var (existing, full) = (stack.Stack, $"{stack.Stack.Namespace}/{stack.Stack.Name}");
        using var limit = new CancellationTokenSource(Mutation.Limit);
        try
        {
            var changed = await stack.Cluster.Client.CustomObjects.PatchNamespacedCustomObjectAsync<JsonObject>(
                patch, TempoStack.Group, TempoStack.Version, existing.Namespace, StackKind.Plural(existing.Manifest.Kind), existing.Name,
                fieldManager: RunLabels.FieldManager, fieldValidation: "Strict", force: force, cancellationToken: limit.Token);
            return changed;
        }
        catch (HttpOperationException exception) when (exception.Is(HttpStatusCode.Conflict) && force == false && IsOurOwn(exception))
        {
            // The operator's admission fills fields in under the name of whoever applied them, and an apply does not know them for its own.
            return await PatchAsync(stack, patch, force: true);
        }
        catch (HttpOperationException exception) when (exception.Is(HttpStatusCode.Conflict))
        {
            throw new DiagnosticException(
                Codes.FieldConflict, full, $"The change meets fields of another manager: {ApiStatus.Message(exception.Response.Content)}",
                "Change them where that manager has them from, or let it give them up; they are not taken by force.", exception);
        }
        catch (HttpOperationException exception)
        {
            throw new DiagnosticException(
                Codes.ManifestRefused, full, $"The cluster refuses the change: {ApiStatus.Message(exception.Response.Content)}",
                $"Correct these fields; `kubectl explain {existing.Manifest.Kind.ToLowerInvariant()}.spec` describes them.", exception);
        }
    }

    private static bool IsOurOwn(HttpOperationException exception)
    {
        var managers = (ApiStatus.Parse(exception.Response.Content)?.Details?.Causes ?? []).Select(cause => ConflictingManager().Match(cause.Message ?? "").Groups[1].Value).ToList();
        return managers.Count > 0 && managers.TrueForAll(manager => manager == RunLabels.FieldManager);
    }

    [GeneratedRegex("conflict with \"([^\"]*)\"", RegexOptions.CultureInvariant)]
    private static partial Regex ConflictingManager();
}
