using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Ledgers;

namespace TempoCos.TempoStackDeployer.Removal;

/// <summary>The removal of one thing that a ledger names.</summary>
internal sealed record RemovalPass(
    ClusterConnection Cluster, RunLedger Ledger, LedgerLine Line, Undeployed Result, TimeProvider Time, CancellationToken Deadline, CancellationToken Cancellation)
{
    public void Gone(string what) => Result.Removed.Add(what);

    public void Left(string kind, string id, string reason, string remedy, string code = Codes.StillThere) =>
        Result.Leftovers.Add(new Leftover { Kind = kind, Id = id, Reason = $"{code}: {reason}", Remedy = remedy });

    /// <summary>Ends the step as failed; the leftovers say more.</summary>
    public static DiagnosticException StillThere(string what, string reason) => new(
        Codes.StillThere, what, reason, "The leftovers say what to do about each.");

    /// <summary>A wait that ran out, as against a caller who gave up.</summary>
    public bool TimedOut => Deadline.IsCancellationRequested && !Cancellation.IsCancellationRequested;
}
