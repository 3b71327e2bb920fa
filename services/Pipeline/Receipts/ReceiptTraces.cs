using TempoCos.Contracts;

namespace TempoCos.Pipeline.Receipts;

/// <summary>Exactly which traces were sent, and what became of each span on the way in.</summary>
internal sealed record ReceiptTraces(
    string Profile, ulong Seed, long Count, long Spans, DateTimeOffset Start, DateTimeOffset End, DateTimeOffset Base, string ContentHash,
    long Accepted, long Rejected, long Dropped, long Unknown, long Requests, long Retries)
{
    public static ReceiptTraces? From(Generated? generated) => generated is { Manifest: { } manifest, Account: { } account }
        ? new ReceiptTraces(
            manifest.Profile, manifest.Seed, manifest.Count, manifest.Spans,
            manifest.Start.ToDateTimeOffset(), manifest.End.ToDateTimeOffset(), manifest.Base.ToDateTimeOffset(), manifest.ContentHash,
            account.AcceptedSpans, account.RejectedSpans, account.DroppedSpans, account.UnknownSpans, account.Requests, account.Retries)
        : null;
}
