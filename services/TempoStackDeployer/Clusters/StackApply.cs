using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Ledgers;
using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Readiness;

namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>Applies a TempoStack on the server's side, and never over somebody else's.</summary>
internal static class StackApply
{
    public static async Task<TempoStack> ApplyAsync(
        ClusterConnection cluster, StackManifest manifest, string identity, RunLedger ledger, CancellationToken cancellationToken)
    {
        var name = $"{manifest.Namespace}/{manifest.Name}";
        if (await FindAsync(cluster, manifest.Namespace, manifest.Name, cancellationToken, manifest.Kind) is { } existing)
        {
            if (!RunLabels.Carries(existing.Metadata, ledger.RunId))
            {
                throw new DiagnosticException(
                    Codes.NotOurs, name, $"A {manifest.Kind} of that name is there already and is not this run's", "Choose another namespace or another metadata.name; nothing was changed.");
            }
        }
        else
        {
            await RefuseOldVolumesAsync(cluster, manifest, cancellationToken);
        }

        ledger.Intend(LedgerKinds.TempoStack, name, identity);
        var applied = await PatchAsync(cluster, manifest);
        ledger.Created(LedgerKinds.TempoStack, name, applied.Metadata.Uid ?? "", identity);
        return applied;
    }

    public static async Task<TempoStack?> FindAsync(ClusterConnection cluster, string @namespace, string name, CancellationToken cancellationToken, string kind = StackKind.TempoStack)
    {
        try
        {
            return await cluster.Client.CustomObjects.GetNamespacedCustomObjectAsync<TempoStack>(
                TempoStack.Group, TempoStack.Version, @namespace, StackKind.Plural(kind), name, cancellationToken);
        }
        catch (HttpOperationException exception) when (exception.Is(HttpStatusCode.NotFound))
        {
            return null;
        }
    }

    private static async Task<TempoStack> PatchAsync(ClusterConnection cluster, StackManifest manifest)
    {
        using var limit = new CancellationTokenSource(Mutation.Limit);
        try
        {
            return await cluster.Client.CustomObjects.PatchNamespacedCustomObjectAsync<TempoStack>(
                new V1Patch(manifest.Document, V1Patch.PatchType.ApplyPatch), TempoStack.Group, TempoStack.Version, manifest.Namespace, StackKind.Plural(manifest.Kind), manifest.Name,
                fieldManager: RunLabels.FieldManager, fieldValidation: "Strict", cancellationToken: limit.Token);
        }
        catch (HttpOperationException exception) when (exception.Is(HttpStatusCode.Conflict))
        {
            throw new DiagnosticException(
                Codes.FieldConflict, $"{manifest.Namespace}/{manifest.Name}", $"Fields of the {manifest.Kind} belong to another manager: {Causes(exception)}",
                "Let that manager give them up, or take them out of the manifest; they are not taken by force.", exception);
        }
        catch (HttpOperationException exception)
        {
            throw new DiagnosticException(
                Codes.ManifestRefused, $"{manifest.Namespace}/{manifest.Name}", $"The cluster refuses the {manifest.Kind}: {Causes(exception)}",
                $"Correct these fields; `kubectl explain {manifest.Kind.ToLowerInvariant()}.spec` describes them.", exception);
        }
    }

    /// <summary>An ingester would replay what stands on the volume of an earlier stack of its name, into this run's bucket.</summary>
    private static async Task RefuseOldVolumesAsync(ClusterConnection cluster, StackManifest manifest, CancellationToken cancellationToken)
    {
        var claims = await cluster.Client.CoreV1.ListNamespacedPersistentVolumeClaimAsync(
            manifest.Namespace, labelSelector: StackObserver.Selector(manifest.Name), cancellationToken: cancellationToken);
        if (claims.Items.FirstOrDefault() is { } claim)
        {
            throw new DiagnosticException(
                Codes.OldVolume, $"{manifest.Namespace}/{claim.Metadata.Name}", "A volume claim of an earlier TempoStack of that name is there, and the new ingester would take over its data",
                $"Delete it if its data may go (`kubectl -n {manifest.Namespace} delete pvc {claim.Metadata.Name}`), or choose another namespace or metadata.name.");
        }
    }

    private static string Causes(HttpOperationException exception)
    {
        var status = ApiStatus.Parse(exception.Response.Content);
        var causes = status?.Details?.Causes?.Select(cause => $"{cause.Field}: {cause.Message}").ToArray() ?? [];
        return causes.Length > 0 ? string.Join("; ", causes) : ApiStatus.Message(exception.Response.Content);
    }
}
