using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Ledgers;
using TempoCos.TempoStackDeployer.Reach;
using TempoCos.TempoStackDeployer.Removal;

namespace TempoCos.TempoStackDeployer;

/// <summary>Takes away what the ledger of a run names, and nothing else; safe to repeat, also after a crash at any point.</summary>
internal sealed class StackRemoval(
    ClusterConnector connector, LedgerDirectory ledgers, OpenForwards forwards, IOptions<DeployerOptions> options, TimeProvider time)
{
    public async Task<Undeployed> UndeployAsync(string runId, StageReporter stage, CancellationToken cancellationToken)
    {
        var result = new Undeployed();
        await stage.StepAsync("port-forwards", "Closing the ways to the stack", async step =>
        {
            if (!await forwards.CloseAsync(runId))
            {
                step.Skip("None is open");
            }
        });

        var ledger = ledgers.Ledger(runId);
        var outstanding = ledger.Outstanding();
        if (outstanding.Count == 0)
        {
            await stage.StepAsync("tempostack", "Looking into the ledger", step =>
            {
                step.Skip("The ledger names nothing on the cluster that is not yet removed");
                return Task.CompletedTask;
            });
            return result;
        }

        try
        {
            using var cluster = await connector.ConnectAsync(cancellationToken);
            await RequireSameClusterAsync(cluster, outstanding, ledger, cancellationToken);
            await RemoveAsync(cluster, ledger, outstanding, stage, result, cancellationToken);
        }
        catch (DiagnosticException exception)
        {
            // What could not even be looked at is still there as far as anyone knows.
            result.Leftovers.AddRange(ledger.Outstanding()
                .Where(line => result.Leftovers.All(leftover => leftover.Kind != line.Kind || leftover.Id != line.Name))
                .Select(line => new Leftover
                {
                    Kind = line.Kind,
                    Id = line.Name,
                    Reason = $"{exception.Code}: {exception.Reason} ({exception.Value})",
                    Remedy = $"{exception.Fix} Then: tempocos destroy {runId}",
                }));
        }

        return result;
    }

    private async Task RemoveAsync(
        ClusterConnection cluster, RunLedger ledger, IReadOnlyList<LedgerLine> outstanding, StageReporter stage, Undeployed result, CancellationToken cancellationToken)
    {
        // What was made last goes first: a stack before what it needed, and all before the namespace around it.
        foreach (var line in outstanding.Reverse())
        {
            using var deadline = new CancellationTokenSource(options.Value.RemovalTimeout, time);
            using var bounded = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
            var pass = new RemovalPass(cluster, ledger, line, result, time, bounded.Token, cancellationToken);
            try
            {
                await (line.Kind switch
                {
                    LedgerKinds.TempoStack or LedgerKinds.TempoMonolithic => new TempoStackRemoval(pass).RunAsync(stage),
                    LedgerKinds.Namespace => new NamespaceRemoval(pass).RunAsync(stage),
                    _ when ObjectApply.Parse(line.Kind) is ({ } apiVersion, { } kind) => new ObjectRemoval(pass, apiVersion, kind).RunAsync(stage),
                    _ => throw new InvalidOperationException($"The ledger {ledger.Path} names a {line.Kind}, which this version does not know."),
                });
            }
            catch (DiagnosticException exception) when (exception.Code == Codes.StillThere)
            {
                // The leftovers tell of it; what else the ledger names may well be removable.
                continue;
            }
        }
    }

    private static async Task RequireSameClusterAsync(
        ClusterConnection cluster, IReadOnlyList<LedgerLine> outstanding, RunLedger ledger, CancellationToken cancellationToken)
    {
        if (outstanding.FirstOrDefault(line => line.Cluster.Length > 0) is not { } line)
        {
            return;
        }

        var identity = await Preflight.IdentityAsync(cluster, cancellationToken);
        if (identity.Length > 0 && identity != line.Cluster)
        {
            throw new DiagnosticException(
                Codes.OtherCluster, cluster.Server, $"The run was on another cluster (kube-system {line.Cluster}) than the one that is configured (kube-system {identity})",
                $"Set KUBECONFIG and Kubernetes__Context to the run's cluster; if that cluster no longer exists, delete {ledger.Path}.");
        }
    }
}
