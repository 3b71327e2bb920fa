using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Readiness;

/// <summary>Says which component is not ready, and why.</summary>
internal sealed class NotReadyReport(ClusterConnection cluster, StackManifest manifest, StorageSecret secret, ExpectedObjects expected)
{
    private static readonly TimeSpan ToLook = TimeSpan.FromSeconds(15);

    public async Task<DiagnosticException> FailedAsync(StatusCondition condition, StackSnapshot snapshot, CancellationToken cancellationToken)
    {
        var reason = $"The operator reports {condition.Type} ({condition.Reason}): {condition.Message}".TrimEnd('.');
        if (condition.Type == "Failed" && FirstNotReady(snapshot) is { } component)
        {
            reason += $"; {component.Workload.Component}: {component.Detail}{await PodsAsync(component, snapshot, cancellationToken)}";
        }

        return new DiagnosticException(
            Codes.StackFailed, $"tempostack {manifest.Namespace}/{manifest.Name}", secret.Redact(reason),
            condition.Type == "ConfigurationError"
                ? "Correct the manifest or the storage Secret as the operator says."
                : $"Look at `kubectl -n {manifest.Namespace} describe tempostack {manifest.Name}` and at the pods' logs.");
    }

    public async Task<DiagnosticException> TimedOutAsync(TimeSpan timeout, StackSnapshot snapshot, CancellationToken cancellationToken)
    {
        var after = $"after {timeout.TotalSeconds:0.#} s";
        if (snapshot is { Stack: { } stack, Deployments: [], StatefulSets: [] } && stack.Status?.Conditions is null or [])
        {
            return new DiagnosticException(
                Codes.OperatorNotRunning, $"tempostack {manifest.Namespace}/{manifest.Name}", $"The operator has not touched the TempoStack {after}",
                "See that the Tempo Operator runs and watches this namespace: `kubectl get pods -A -l app.kubernetes.io/name=tempo-operator`.");
        }

        var states = ReadinessCheck.Workloads(expected, snapshot);
        if (FirstNotReady(snapshot) is { } component)
        {
            var others = states.Where(state => !state.Ready && state != component).Select(state => $"{state.Workload.Component} ({state.Detail})").ToArray();
            var reason = $"{component.Workload.Component} is not ready {after}: {component.Detail}{await PodsAsync(component, snapshot, cancellationToken)}"
                + (others.Length == 0 ? "" : $"\nalso not ready: {string.Join(", ", others)}")
                + $"\nthe TempoStack's condition: {ReadinessCheck.Describe(snapshot)}";
            return NotReady(component.Workload.Component, reason, $"Look at `kubectl -n {manifest.Namespace} describe pods -l app.kubernetes.io/component={component.Workload.Component}`.");
        }

        var missing = ReadinessCheck.Missing(expected, snapshot);
        return missing.Count > 0
            ? NotReady(missing[0], $"All workloads are ready, but {after} there is no {string.Join(", no ", missing)}", "Look at the operator's log; its version may differ from 0.22.")
            : NotReady(
                $"tempostack {manifest.Namespace}/{manifest.Name}", $"All workloads are ready, but {after} the TempoStack is not: {ReadinessCheck.Describe(snapshot)}",
                "Look at the operator's log.");
    }

    /// <summary>The component whose pod is in trouble rather than one that merely waits for others.</summary>
    private ComponentState? FirstNotReady(StackSnapshot snapshot) =>
        ReadinessCheck.Workloads(expected, snapshot).Where(state => !state.Ready)
            .OrderByDescending(state => PodFindings.Of(state.Workload.Component, snapshot.Pods).Max(pod => (int?)PodFindings.Severity(pod)) ?? 0)
            .FirstOrDefault();

    private async Task<string> PodsAsync(ComponentState component, StackSnapshot snapshot, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ToLook);
        try
        {
            return await new PodFindings(cluster, manifest.Namespace).DescribeAsync(component.Workload, snapshot.Pods, limit.Token);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return $" (its pods could not be looked at: {exception.Message.TrimEnd('.')})";
        }
    }

    private DiagnosticException NotReady(string value, string reason, string fix) => new(Codes.NotReady, value, secret.Redact(reason), fix);
}
