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
        if (await FindAsync(cluster, manifest.Namespace, manifest.Name, cancellationToken, manifest.Kind) is null)
        {
            await RefuseOldVolumesAsync(cluster, manifest, cancellationToken);
        }

        var applied = await ObjectApply.ApplyAsync(cluster, manifest.Document, identity, ledger, cancellationToken, LedgerKinds.Of(manifest.Kind));
        return KubernetesJson.Deserialize<TempoStack>(applied.Object.ToJsonString());
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

    /// <summary>An ingester would replay what stands on the volume of an earlier stack of its name, into this run's bucket.</summary>
    private static async Task RefuseOldVolumesAsync(ClusterConnection cluster, StackManifest manifest, CancellationToken cancellationToken)
    {
        var claims = await cluster.Client.CoreV1.ListNamespacedPersistentVolumeClaimAsync(
            manifest.Namespace, labelSelector: StackObserver.Selector(manifest.Name, manifest.Kind), cancellationToken: cancellationToken);
        if (claims.Items.FirstOrDefault() is { } claim)
        {
            throw new DiagnosticException(
                Codes.OldVolume, $"{manifest.Namespace}/{claim.Metadata.Name}", $"A volume claim of an earlier {manifest.Kind} of that name is there, and the new ingester would take over its data",
                $"Delete it if its data may go (`kubectl -n {manifest.Namespace} delete pvc {claim.Metadata.Name}`), or choose another namespace or metadata.name.");
        }
    }
}
