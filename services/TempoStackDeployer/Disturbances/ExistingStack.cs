using System.Text.Json.Nodes;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Ledgers;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Disturbances;

/// <summary>A stack that is to be disturbed: the run's own, unless asked explicitly, since data may be lost by it.</summary>
/// <param name="Namespace">Where it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Manifest">What it asks for, as the cluster has it.</param>
/// <param name="Live">The object itself.</param>
/// <param name="IsOurs">The run made it.</param>
internal sealed record ExistingStack(string Namespace, string Name, StackManifest Manifest, JsonObject Live, bool IsOurs)
{
    public static Task<ExistingStack> FindAsync(
        ClusterConnection cluster, RunLedger ledger, StackReference reference, StageReporter stage, CancellationToken cancellationToken) =>
        stage.StepAsync(LedgerKinds.Of(reference.Kind), $"Looking for the {reference.Kind} {reference.Name}", async step =>
        {
            var (kind, name) = (reference.Kind, reference.Name);
            var resource = await ApiObjects.ResourceAsync(cluster, $"{TempoStack.Group}/{TempoStack.Version}", kind, cancellationToken);
            var live = await ApiObjects.FindAsync(cluster, resource, reference.Namespace, name, cancellationToken)
                ?? throw new DiagnosticException(Codes.StackAbsent, reference.FullName, $"There is no such {kind}", $"See `kubectl -n {reference.Namespace} get {resource.Plural}`.");
            var uid = live["metadata"]?["uid"]?.ToString() ?? "";
            var ours = ObjectApply.IsOurs(live, ledger.RunId)
                && ledger.Outstanding().Any(line => line.Kind == LedgerKinds.Of(kind) && line.Name == reference.FullName && (line.Id.Length == 0 || line.Id == uid));
            if (!ours && !reference.Anyones)
            {
                throw new DiagnosticException(
                    Codes.NotOurs, reference.FullName, $"This run did not make the {kind}, and others may lose data by what is asked", "Leave rungs 6 and 7 and the rotation of the key out (`--rungs 0-5` without `--rotate-key`), or let the run make its own.");
            }

            step.Evidence["uid"] = uid;
            step.Succeed(ours ? $"The {kind} {name} was made by this run" : $"The {kind} {name} was not made by this run and is disturbed as asked");
            return new ExistingStack(reference.Namespace, name, new StackManifest(kind, name, reference.Namespace, live.DeepClone().AsObject()), live, ours);
        });
}
