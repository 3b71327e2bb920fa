namespace TempoCos.CosProvisioner.Ledger;

/// <summary>A run's ledger, for one call of one process alone.</summary>
internal sealed class LedgerLease(RunLedger ledger, FileStream lockFile, SemaphoreSlim gate) : IDisposable
{
    public RunLedger Ledger => ledger;

    public void Dispose()
    {
        ledger.Dispose();
        lockFile.Dispose();
        gate.Release();
    }
}
