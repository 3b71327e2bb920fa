using System.Net;
using k8s;
using k8s.Autorest;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;

namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>Whether the cluster can do what is asked of it, before anything is made.</summary>
internal static class Preflight
{
    public const string InstallFix =
        "Install the Tempo Operator (`kubectl apply -f https://github.com/grafana/tempo-operator/releases/latest/download/tempo-operator.yaml`, or from OperatorHub).";

    /// <summary>Says what was found as evidence of <paramref name="step"/>; the result is the cluster's identity.</summary>
    public static async Task<string> RunAsync(ClusterConnection cluster, StageStep step, CancellationToken cancellationToken)
    {
        var version = await cluster.Client.Version.GetCodeAsync(cancellationToken);
        step.Evidence["server"] = cluster.Server;
        step.Evidence["kubernetes"] = version.GitVersion;

        await RequireTempoStackAsync(cluster, cancellationToken);
        var running = await OperatorAsync(cluster, cancellationToken);
        step.Evidence["operator"] = running;
        step.Succeed($"Kubernetes {version.GitVersion} at {cluster.Server} serves {TempoStack.Plural}.{TempoStack.Group}/{TempoStack.Version}; {running}");
        return await IdentityAsync(cluster, cancellationToken);
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

    private static async Task RequireTempoStackAsync(ClusterConnection cluster, CancellationToken cancellationToken)
    {
        var groups = await cluster.Client.Apis.GetAPIVersionsAsync(cancellationToken);
        var group = groups.Groups.FirstOrDefault(candidate => candidate.Name == TempoStack.Group)
            ?? throw new DiagnosticException(
                Codes.OperatorAbsent, $"{TempoStack.Plural}.{TempoStack.Group}", $"The cluster at {cluster.Server} has no TempoStack resource: the Tempo Operator is not installed", InstallFix);
        var versions = group.Versions.Select(candidate => candidate.Version).ToArray();
        if (!versions.Contains(TempoStack.Version))
        {
            throw new DiagnosticException(
                Codes.OperatorAbsent, $"{TempoStack.Group}/{string.Join(", ", versions)}", $"The cluster does not serve {TempoStack.Group}/{TempoStack.Version}",
                "Install a Tempo Operator that serves it (0.22 does).");
        }

        var resources = await cluster.Client.CustomObjects.GetAPIResourcesAsync(TempoStack.Group, TempoStack.Version, cancellationToken);
        if (resources.Resources.All(resource => resource.Name != TempoStack.Plural))
        {
            throw new DiagnosticException(
                Codes.OperatorAbsent, $"{TempoStack.Plural}.{TempoStack.Group}", $"The cluster serves {TempoStack.Group}/{TempoStack.Version} without TempoStack", InstallFix);
        }
    }

    private static async Task<string> OperatorAsync(ClusterConnection cluster, CancellationToken cancellationToken)
    {
        try
        {
            var found = await cluster.Client.AppsV1.ListDeploymentForAllNamespacesAsync(
                labelSelector: "app.kubernetes.io/name=tempo-operator", cancellationToken: cancellationToken);
            if (found.Items.FirstOrDefault() is not { } deployment)
            {
                return "no Deployment of the operator seen, so the TempoStack's status will tell whether it runs";
            }

            var name = $"{deployment.Metadata.NamespaceProperty}/{deployment.Metadata.Name}";
            return deployment.Status?.AvailableReplicas > 0
                ? $"operator {name} runs"
                : throw new DiagnosticException(
                    Codes.OperatorNotRunning, name, "The Tempo Operator is installed but none of its pods is available",
                    $"Look at `kubectl -n {deployment.Metadata.NamespaceProperty} describe deployment {deployment.Metadata.Name}`.");
        }
        catch (DiagnosticException exception) when (exception.Code == Codes.Forbidden)
        {
            return "the operator's Deployment may not be read, so the TempoStack's status will tell whether it runs";
        }
    }
}
