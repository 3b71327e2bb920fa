using System.Net;
using System.Text.RegularExpressions;
using k8s;
using k8s.Autorest;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Clusters.Checks;
using TempoCos.TempoStackDeployer.Clusters.Rights;
using TempoCos.TempoStackDeployer.Ledgers;
using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Reach;

namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>Whether the cluster can do what is asked of it, before anything is made.</summary>
internal static partial class Preflight
{
    public const string InstallFix =
        "Install the Tempo Operator (`kubectl apply -f https://github.com/grafana/tempo-operator/releases/latest/download/tempo-operator.yaml`, or from OperatorHub).";

    /// <summary>What Tempo Operator 0.22 says it needs: minKubeVersion of its bundle.</summary>
    private static readonly Version OldestKubernetes = new(1, 25);

    /// <summary>All checks, each a step; the result is the cluster's identity.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="manifest">What will be deployed.</param>
    /// <param name="request">How.</param>
    /// <param name="ledger">Says what is the run's already.</param>
    /// <param name="provisions">Whether the storage Secret is yet to be made, outside a cluster by the same user.</param>
    /// <param name="stage">Takes the steps.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<string> RunAsync(
        ClusterConnection cluster, StackManifest manifest, DeployRequest request, RunLedger ledger, bool provisions, StageReporter stage, CancellationToken cancellationToken)
    {
        var identity = await stage.StepAsync("cluster", $"Looking at the cluster {cluster.Server}", step => LookAsync(cluster, manifest.Kind, step, cancellationToken));
        await stage.StepAsync("rights", "Asking what this user may do", step => RightsAsync(cluster, manifest, request, ledger, provisions, step, cancellationToken));

        var demand = StackDemand.Of(manifest);
        await stage.StepAsync("storage-class", "Looking for the volumes' storage class", step => StorageClassCheck.RunAsync(cluster, demand, step, cancellationToken));
        if (manifest.JaegerIngress.Length > 0)
        {
            await stage.StepAsync(
                "ingress-class", $"Looking for who serves the {manifest.JaegerIngress}",
                step => IngressCheck.RunAsync(cluster, manifest, request.Reach?.By is ReachBy.Ingress or ReachBy.Route, step, cancellationToken));
        }

        await stage.StepAsync("quota", "Looking at the namespace's quotas and limits", async step =>
        {
            if (await StackApply.FindAsync(cluster, manifest.Namespace, manifest.Name, cancellationToken, manifest.Kind) is null)
            {
                await QuotaCheck.RunAsync(cluster, manifest, demand, step, cancellationToken);
            }
            else
            {
                step.Skip("The stack is there already, and what it uses is counted");
            }
        });
        await stage.StepAsync("nodes", "Looking at the nodes", step => NodeCheck.RunAsync(cluster, demand, step, cancellationToken));
        return identity;
    }

    /// <summary>Uid of kube-system; empty when it may not be read.</summary>
    public static async Task<string> IdentityAsync(ClusterConnection cluster, CancellationToken cancellationToken)
    {
        try
        {
            return (await cluster.Client.CoreV1.ReadNamespaceAsync("kube-system", cancellationToken: cancellationToken)).Metadata.Uid ?? "";
        }
        catch (DiagnosticException exception) when (exception.Code == Codes.Forbidden)
        {
            return "";
        }
        catch (HttpOperationException exception) when (exception.Is(HttpStatusCode.NotFound))
        {
            return "";
        }
    }

    private static async Task<string> LookAsync(ClusterConnection cluster, string kind, StageStep step, CancellationToken cancellationToken)
    {
        var version = await cluster.Client.Version.GetCodeAsync(cancellationToken);
        step.Evidence["server"] = cluster.Server;
        step.Evidence["kubernetes"] = version.GitVersion;

        await OperatorCheck.RequireKindAsync(cluster, kind, cancellationToken);
        var running = await OperatorCheck.LookAsync(cluster, kind, step, cancellationToken);
        step.Evidence["operator"] = running;
        var old = IsTooOld(version.GitVersion) ? $"; beware: Tempo Operator 0.22 needs Kubernetes {OldestKubernetes} or later" : "";
        step.Succeed($"Kubernetes {version.GitVersion} at {cluster.Server} serves {StackKind.Plural(kind)}.{TempoStack.Group}/{TempoStack.Version}; {running}{old}");
        return await IdentityAsync(cluster, cancellationToken);
    }

    internal static bool IsTooOld(string gitVersion) =>
        Numbers().Match(gitVersion) is { Success: true } match && System.Version.TryParse(match.Value, out var version) && version < OldestKubernetes;

    private static async Task RightsAsync(
        ClusterConnection cluster, StackManifest manifest, DeployRequest request, RunLedger ledger, bool provisions, StageStep step, CancellationToken cancellationToken)
    {
        var existing = await Optional.LookAsync(() => cluster.Client.CoreV1.ReadNamespaceAsync(manifest.Namespace, cancellationToken: cancellationToken));
        if (existing is not null)
        {
            NamespaceState.RequireStaying(existing);
        }

        var isOurs = existing is not null && (NamespaceState.IsOurs(existing, ledger) || RunLabels.Carries(existing.Metadata, ledger.RunId));
        step.Evidence["namespace"] = existing is null ? $"{manifest.Namespace} (not there)" : isOurs ? $"{manifest.Namespace} (this run's)" : $"{manifest.Namespace} (there)";
        List<ApiResource> objects = [];
        foreach (var (apiVersion, kind) in manifest.Objects.Select(item => (item.ApiVersion, item.Kind)).Distinct())
        {
            if (await ApiObjects.FindResourceAsync(cluster, apiVersion, kind, cancellationToken) is { } resource)
            {
                objects.Add(resource);
            }
        }

        var rights = RequiredRights.For(manifest, ReachedBy.Of(request.Reach?.By ?? ReachBy.Unspecified, cluster), provisions && !HasOwnAccount(cluster), objects)
            .Where(right => right.Use != RightUse.OwnNamespace || existing is null || (isOurs && right.Verbs.Contains("delete")));
        await RightsCheck.RunAsync(cluster, manifest.Namespace, existing is not null, [.. rights], step, cancellationToken);
    }

    /// <summary>In a pod of the cluster each service has an account of its own, and the provisioner's rights are not this one's.</summary>
    private static bool HasOwnAccount(ClusterConnection cluster) =>
        cluster.InCluster || new Uri(cluster.Server).Host == Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST");

    [GeneratedRegex(@"(?<=^v?)\d+\.\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
