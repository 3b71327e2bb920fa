namespace TempoCos.Pipeline.Blocks.Documents;

/// <summary>Sums over a tenant's blocks (<paramref name="WindowStart"/> null) or over those whose end lies in one compaction window.</summary>
internal sealed record TotalDocument(
    string Tenant, DateTimeOffset? WindowStart, int Blocks, int CompactedBlocks, int UnpublishedBlocks, long Traces, long? Spans, long DataBytes, long Bytes, DateTimeOffset? Start, DateTimeOffset? End);
