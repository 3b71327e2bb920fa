namespace TempoCos.Pipeline.Receipts;

/// <summary>Why there is no verdict.</summary>
internal sealed record ReceiptError(string Code, string Value, string Reason, string Fix);
