using TempoCos.TempoBlocks;
using TempoCos.TempoBlocks.Checking;

namespace TempoCos.Pipeline.Blocks.Documents;

/// <summary>What <c>show</c> prints. <paramref name="Attributes"/> is null when they were not counted.</summary>
internal sealed record ShowDocument(
    string Location,
    BlockDocument Block,
    string CreatedBy,
    int FooterBytes,
    IReadOnlyList<StoredObject> Objects,
    IReadOnlyList<RowGroupSummary> RowGroups,
    IReadOnlyList<ColumnSummary> Columns,
    IReadOnlyList<BloomSummary> Blooms,
    IReadOnlyList<AttributeSummary>? Attributes);
