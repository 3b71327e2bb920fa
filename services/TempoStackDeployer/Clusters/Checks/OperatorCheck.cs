using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Clusters.Checks;

/// <summary>Whether the manifest's kind is served, and whether the operator runs.</summary>
internal static partial class OperatorCheck
{
    private const string Selector = "app.kubernetes.io/name=tempo-operator";

    /// <summary>The kind in the version that this service speaks.</summary>
    public static async Task RequireKindAsync(ClusterConnection cluster, string kind, CancellationToken cancellationToken)
    {
        var plural = StackKind.Plural(kind);
        var groups = await cluster.Client.Apis.GetAPIVersionsAsync(cancellationToken);
        var group = groups.Groups.FirstOrDefault(candidate => candidate.Name == TempoStack.Group)
            ?? throw new DiagnosticException(
                Codes.OperatorAbsent, $"{plural}.{TempoStack.Group}", $"The cluster at {cluster.Server} has no {kind} resource: the Tempo Operator is not installed", Preflight.InstallFix);
        var versions = group.Versions.Select(candidate => candidate.Version).ToArray();
        if (!versions.Contains(TempoStack.Version))
        {
            throw new DiagnosticException(
                Codes.OperatorAbsent, $"{TempoStack.Group}/{string.Join(", ", versions)}", $"The cluster does not serve {TempoStack.Group}/{TempoStack.Version}",
                "Install a Tempo Operator that serves it (0.22 does).");
        }

        if (await ApiObjects.FindResourceAsync(cluster, $"{TempoStack.Group}/{TempoStack.Version}", kind, cancellationToken) is null)
        {
            throw new DiagnosticException(
                Codes.OperatorAbsent, $"{plural}.{TempoStack.Group}", $"The cluster serves {TempoStack.Group}/{TempoStack.Version} without {kind}", Preflight.InstallFix);
        }
    }

    /// <summary>What is to be said of the operator.</summary>
    /// <exception cref="DiagnosticException">It does not run.</exception>
    public static async Task<string> LookAsync(ClusterConnection cluster, string kind, StageStep step, CancellationToken cancellationToken)
    {
        var found = await Optional.LookAsync(() => cluster.Client.AppsV1.ListDeploymentForAllNamespacesAsync(labelSelector: Selector, cancellationToken: cancellationToken));
        if (found is null)
        {
            return $"the operator's Deployment may not be read, so the {kind}'s status will tell whether it runs";
        }

        if (found.Items.FirstOrDefault() is not { } deployment)
        {
            return $"no Deployment of the operator seen, so the {kind}'s status will tell whether it runs";
        }

        var name = $"{deployment.Metadata.NamespaceProperty}/{deployment.Metadata.Name}";
        if (deployment.Spec?.Replicas == 0)
        {
            throw new DiagnosticException(
                Codes.OperatorNotRunning, name, "The Tempo Operator is scaled to zero",
                $"kubectl -n {deployment.Metadata.NamespaceProperty} scale deployment {deployment.Metadata.Name} --replicas=1");
        }

        if ((deployment.Status?.AvailableReplicas ?? 0) == 0)
        {
            throw new DiagnosticException(
                Codes.OperatorNotRunning, name, "The Tempo Operator is installed but none of its pods is available",
                $"Look at `kubectl -n {deployment.Metadata.NamespaceProperty} describe deployment {deployment.Metadata.Name}`.");
        }

        var version = Version(deployment);
        step.Evidence["operator-version"] = version;
        return version.Length > 0 ? $"operator {name} runs, version {version}" : $"operator {name} runs";
    }

    /// <summary>By its label, by the ClusterServiceVersion that owns it (tempo-operator.v0.22.0), by its image's tag; else empty.</summary>
    internal static string Version(V1Deployment deployment)
    {
        var labels = deployment.Metadata.Labels ?? new Dictionary<string, string>();
        var image = (deployment.Spec?.Template?.Spec?.Containers ?? []).FirstOrDefault(container => container.Name == "manager")?.Image ?? "";
        string[] candidates =
        [
            labels.TryGetValue("app.kubernetes.io/version", out var label) ? label : "",
            labels.TryGetValue("olm.owner", out var owner) ? owner : "",
            image.Split('@')[0].Split('/')[^1],
        ];
        return candidates.Select(candidate => Number().Match(candidate)).FirstOrDefault(match => match.Success)?.Groups[1].Value ?? "";
    }

    [GeneratedRegex(@"v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
