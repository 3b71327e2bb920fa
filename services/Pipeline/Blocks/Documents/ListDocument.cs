namespace TempoCos.Pipeline.Blocks.Documents;

/// <summary>What <c>list</c> prints.</summary>
internal sealed record ListDocument(string Location, long WindowSeconds, IReadOnlyList<BlockDocument> Blocks, IReadOnlyList<TotalDocument> Tenants, IReadOnlyList<TotalDocument> Windows);
