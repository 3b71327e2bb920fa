using TempoCos.TempoBlocks;
using TempoCos.TempoBlocks.Checking;

namespace TempoCos.Pipeline.Blocks.Documents;

/// <summary>A block in JSON. What its description would say is null when the description is missing or damaged.</summary>
internal sealed record BlockDocument(
    string Tenant,
    Guid Id,
    BlockState State,
    DateTimeOffset? CompactedTime,
    string? Format,
    int? Level,
    int? ReplicationFactor,
    long? Traces,
    long? Spans,
    long? DataBytes,
    long Bytes,
    int? RowGroups,
    int? BloomShards,
    DateTimeOffset? Start,
    DateTimeOffset? End,
    IReadOnlyList<DedicatedColumn> DedicatedColumns,
    IReadOnlyList<string> Problems)
{
    public static BlockDocument Of(StoredBlock block, long? spans = null, IEnumerable<string>? problems = null) => new(
        block.Tenant,
        block.Id,
        block.State,
        block.CompactedTime,
        block.Meta?.Format,
        block.Meta?.CompactionLevel,
        block.Meta?.ReplicationFactor,
        block.Meta?.TotalObjects,
        spans,
        block.Meta?.Size,
        block.Bytes,
        block.Meta?.TotalRecords,
        block.Meta?.BloomShards,
        block.Meta?.StartTime,
        block.Meta?.EndTime,
        block.Meta?.DedicatedColumns ?? [],
        [.. problems ?? block.Problems]);
}
