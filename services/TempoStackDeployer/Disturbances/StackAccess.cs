using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Ledgers;
using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Reach;
using TempoCos.TempoStackDeployer.Readiness;

namespace TempoCos.TempoStackDeployer.Disturbances;

/// <summary>Finds the stack that is to be disturbed or changed, and begins to watch it.</summary>
internal sealed class StackAccess(ClusterConnector connector, LedgerDirectory ledgers, OpenForwards forwards, TimeProvider time)
{
    public async Task<WatchedStack> OpenAsync(StackReference reference, StageReporter stage, CancellationToken cancellationToken)
    {
        if (!StackKind.IsOne(reference.Kind))
        {
            throw new DiagnosticException(Codes.StackAbsent, reference.Kind, "There is no such kind of Tempo", $"Name {StackKind.TempoStack} or {StackKind.TempoMonolithic}.");
        }

        var cluster = await connector.ConnectAsync(cancellationToken);
        try
        {
            var stack = await ExistingStack.FindAsync(cluster, ledgers.Ledger(reference.RunId), reference, stage, cancellationToken);
            var secret = await StorageSecret.ReadAsync(cluster, stack.Manifest, stack.Manifest.StorageSecretName ?? "", cancellationToken);
            return new WatchedStack(cluster, stack, secret, reference, forwards, time, cancellationToken);
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }
}
