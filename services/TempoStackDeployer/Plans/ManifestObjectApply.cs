using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Ledgers;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Plans;

/// <summary>What a manifest has beside its stack: looked at first, and applied before it.</summary>
internal static class ManifestObjectApply
{
    private const string Routes = "route.openshift.io/v1";

    /// <summary>Refuses what the cluster does not serve, what would be the whole cluster's, and what only OpenShift has; changes nothing.</summary>
    public static async Task CheckAsync(ClusterConnection cluster, StackManifest manifest, CancellationToken cancellationToken)
    {
        foreach (var item in manifest.Objects)
        {
            if (await RefusalAsync(cluster, item, cancellationToken) is { } refusal)
            {
                throw refusal;
            }
        }

        if (OperatorRules.NeedsOpenShift(manifest) is ({ } field, var value) && await ApiObjects.FindResourceAsync(cluster, Routes, "Route", cancellationToken) is null)
        {
            throw new DiagnosticException(
                Codes.AgainstOperator, $"{field}: {value}", $"The cluster at {cluster.Server} is not OpenShift: it serves no Routes",
                value == Tenancy.OpenShift ? "Use --tenant-mode static with an OIDC issuer." : "Use --ingress ingress, or --ingress none.");
        }
    }

    /// <summary>Why an object cannot be made here, or null.</summary>
    public static async Task<DiagnosticException?> RefusalAsync(ClusterConnection cluster, ManifestObject item, CancellationToken cancellationToken) =>
        await ApiObjects.FindResourceAsync(cluster, item.ApiVersion, item.Kind, cancellationToken) switch
        {
            null => new DiagnosticException(
                Codes.ObjectRefused, $"{item.Kind} of {item.ApiVersion}", $"The cluster at {cluster.Server} does not serve this kind",
                "Install what serves it, or take the object out of the manifest; `kubectl api-resources` lists what there is."),
            { Namespaced: false } => new DiagnosticException(
                Codes.ObjectRefused, $"{item.Kind} {item.Name}", "The object would be the whole cluster's, and a run makes only what is in its namespace",
                "Take it out of the manifest; apply it yourself where it is needed."),
            _ => null,
        };

    public static async Task ApplyAsync(ClusterConnection cluster, ManifestObject item, string identity, RunLedger ledger, CancellationToken cancellationToken)
    {
        try
        {
            await ObjectApply.ApplyAsync(cluster, item.Document, identity, ledger, cancellationToken);
        }
        catch (DiagnosticException exception) when (item.Kind == "Secret")
        {
            throw new DiagnosticException(exception.Code, exception.Value, SecretValues.Redact(item.Document, exception.Reason), exception.Fix);
        }
    }
}
