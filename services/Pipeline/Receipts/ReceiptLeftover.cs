namespace TempoCos.Pipeline.Receipts;

/// <summary>Something of ours that is still there.</summary>
internal sealed record ReceiptLeftover(string Kind, string Id, string Reason, string Remedy);
