namespace TempoCos.Tempo.Ingester;

/// <summary>Work towards the backend: build a block from a log, or upload a built one.</summary>
public sealed record FlushOperation(TenantIngester Tenant, CutTraces? Traces, CompletedBlock? Block, int Attempt = 0);
