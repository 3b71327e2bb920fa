namespace TempoCos.Pipeline.Receipts;

/// <summary>A check that had to fail.</summary>
internal sealed record ReceiptControl(string Name, string Expected, string Observed, bool Held);
