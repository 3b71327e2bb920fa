using System.Text;
using k8s;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Readiness.Causes;
using TempoCos.TempoStackDeployer.Readiness.Evidence;

namespace TempoCos.TempoStackDeployer.Readiness;

/// <summary>Says what keeps a stack from being ready: the first cause, what shows it, and what merely follows from it.</summary>
internal sealed class NotReadyReport(ClusterConnection cluster, StackManifest manifest, StorageSecret secret, ExpectedObjects expected)
{
    private const int LogLines = 10;
    private const int MostEvents = 3;

    private string Subject => $"{Kind.ToLowerInvariant()} {manifest.Namespace}/{manifest.Name}";

    private string Kind => manifest.Kind;

    /// <summary>The operator has given up.</summary>
    public async Task<DiagnosticException> FailedAsync(StatusCondition condition, StackSnapshot snapshot, CancellationToken cancellationToken)
    {
        var said = $"The operator reports {condition.Type} ({condition.Reason}): {condition.Message}".TrimEnd('.');
        if (condition.Type == "Failed")
        {
            var evidence = await LookAsync(snapshot, cancellationToken);
            var causes = CauseFinder.Find(expected, snapshot, evidence);
            if (causes is [{ Depth: < CauseDepth.Waiting } first, ..])
            {
                return Diagnostic(first, Describe(first, $"{said}; {first.Component}: ", causes, snapshot, evidence));
            }
        }

        return new DiagnosticException(
            Codes.StackFailed, Subject, secret.Redact(said),
            condition.Type == "ConfigurationError"
                ? "Correct the manifest or the storage Secret as the operator says."
                : $"Look at `kubectl -n {manifest.Namespace} describe {Kind.ToLowerInvariant()} {manifest.Name}` and at the pods' logs.");
    }

    /// <summary>The time is over.</summary>
    public async Task<DiagnosticException> TimedOutAsync(TimeSpan timeout, StackSnapshot snapshot, CancellationToken cancellationToken)
    {
        var after = $"after {timeout.TotalSeconds:0.#} s";
        if (snapshot is { Stack: { } stack, Deployments: [], StatefulSets: [] } && stack.Status?.Conditions is null or [])
        {
            return new DiagnosticException(
                Codes.OperatorNotRunning, Subject, $"The operator has not touched the {Kind} {after}",
                "See that the Tempo Operator runs and watches this namespace: `kubectl get pods -A -l app.kubernetes.io/name=tempo-operator`.");
        }

        var evidence = await LookAsync(snapshot, cancellationToken);
        var causes = CauseFinder.Find(expected, snapshot, evidence);
        if (causes is [var first, ..])
        {
            return Diagnostic(first, Describe(first, $"{first.Component} is not ready {after}: {Detail(first, snapshot)}", causes, snapshot, evidence));
        }

        var missing = ReadinessCheck.Missing(expected, snapshot);
        return missing.Count > 0
            ? NotReady(missing[0], $"All workloads are ready, but {after} there is no {string.Join(", no ", missing)}", "Look at the operator's log; its version may differ from 0.22.")
            : NotReady(Subject, $"All workloads are ready, but {after} the {Kind} is not: {ReadinessCheck.Describe(snapshot)}", "Look at the operator's log.");
    }

    /// <summary>Something is wrong that waiting does not heal; null when a closer look shows that it is not so.</summary>
    public async Task<DiagnosticException?> HopelessAsync(TimeSpan waited, StackSnapshot snapshot, CancellationToken cancellationToken)
    {
        var evidence = await LookAsync(snapshot, cancellationToken);
        var causes = CauseFinder.Find(expected, snapshot, evidence);
        return causes.FirstOrDefault(cause => cause.IsFinal) is { } final
            ? Diagnostic(final, Describe(final, $"{final.Component} is not ready after {waited.TotalSeconds:0.#} s, and waiting does not help: {Detail(final, snapshot)}", causes, snapshot, evidence))
            : null;
    }

    private Task<StackEvidence> LookAsync(StackSnapshot snapshot, CancellationToken cancellationToken) =>
        new EvidenceCollector(cluster, manifest.Namespace).CollectAsync(expected, snapshot, cancellationToken);

    private string Detail(Cause cause, StackSnapshot snapshot) =>
        ReadinessCheck.Workloads(expected, snapshot).FirstOrDefault(state => state.Workload.Component == cause.Component) is { } state && !cause.Reason.StartsWith(state.Detail, StringComparison.Ordinal)
            ? $"{state.Detail}; " : "";

    private string Describe(Cause first, string beginning, IReadOnlyList<Cause> causes, StackSnapshot snapshot, StackEvidence evidence)
    {
        var text = new StringBuilder(beginning);
        text.Append(first.Pod is null || first.Reason.Contains(first.Pod, StringComparison.Ordinal) ? "" : $"pod {first.Pod}: ").Append(first.Reason);
        foreach (var warning in (first.Pod is { } pod ? evidence.WarningsOf(pod) : []).TakeLast(MostEvents))
        {
            text.Append($"\n  event: {warning.Reason}: {PodFindings.Cut(warning.Message ?? "").TrimEnd()}");
        }

        if (first is { Pod: { } name, Container: { } container } && evidence.LogOf(name, container) is { Count: > 0 } log)
        {
            text.Append($"\n  last log lines of {name}:").AppendJoin("", log.TakeLast(LogLines).Select(line => $"\n    {PodFindings.Cut(line)}"));
        }

        foreach (var other in causes.Where(other => other != first && other.Depth < CauseDepth.Waiting))
        {
            text.Append($"\nalso {other.Component} ({other.Code}): {other.Reason}");
        }

        var waiting = causes.Where(other => other != first && other.Depth == CauseDepth.Waiting).Select(other => $"{other.Component} ({other.Reason})").ToList();
        text.Append(waiting.Count == 0 ? "" : $"\nonly waiting: {string.Join(", ", waiting)}");
        foreach (var ring in evidence.Rings)
        {
            text.Append($"\n{ring}");
        }

        return text.Append($"\nthe {Kind}'s condition: {ReadinessCheck.Describe(snapshot)}").ToString();
    }

    private DiagnosticException Diagnostic(Cause cause, string reason) => new(cause.Code, secret.Redact(cause.Value), secret.Redact(reason), cause.Fix);

    private DiagnosticException NotReady(string value, string reason, string fix) => new(Codes.NotReady, value, secret.Redact(reason), fix);
}
