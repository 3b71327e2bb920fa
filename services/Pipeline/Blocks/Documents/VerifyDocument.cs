namespace TempoCos.Pipeline.Blocks.Documents;

/// <summary>What <c>verify</c> prints.</summary>
internal sealed record VerifyDocument(string Location, bool Sound, IReadOnlyList<BlockDocument> Blocks, IReadOnlyList<IndexDocument> Indexes);
