using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Ledgers;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Disturbances;

/// <summary>A TempoStack that is to be disturbed: the run's own, unless asked explicitly, since data may be lost by it.</summary>
/// <param name="Namespace">Where it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Manifest">What it asks for, as the cluster has it.</param>
internal sealed record ExistingStack(string Namespace, string Name, StackManifest Manifest)
{
    public static Task<ExistingStack> FindAsync(
        ClusterConnection cluster, RunLedger ledger, string @namespace, string name, bool anyones, StageReporter stage, CancellationToken cancellationToken) =>
        stage.StepAsync("tempostack", $"Looking for the TempoStack {name}", async step =>
        {
            var full = $"{@namespace}/{name}";
            var stack = await StackApply.FindAsync(cluster, @namespace, name, cancellationToken)
                ?? throw new DiagnosticException(Codes.StackAbsent, full, "There is no such TempoStack", $"See `kubectl -n {@namespace} get tempostacks`.");
            var ours = RunLabels.Carries(stack.Metadata, ledger.RunId)
                && ledger.Outstanding().Any(line => line.Kind == LedgerKinds.TempoStack && line.Name == full && (line.Id.Length == 0 || line.Id == stack.Metadata.Uid));
            if (!ours && !anyones)
            {
                throw new DiagnosticException(
                    Codes.NotOurs, full, "This run did not make the TempoStack, and others may lose data by what is asked", "Leave rungs 6 and 7 and the rotation of the key out (`--rungs 0-5` without `--rotate-key`), or let the run make its own.");
            }

            step.Evidence["uid"] = stack.Metadata.Uid ?? "";
            step.Succeed(ours ? $"The TempoStack {name} was made by this run" : $"The TempoStack {name} was not made by this run and is disturbed as asked");
            return new ExistingStack(@namespace, name, new StackManifest(StackKind.TempoStack, name, @namespace, new() { ["spec"] = stack.Spec?.DeepClone() }));
        });
}
