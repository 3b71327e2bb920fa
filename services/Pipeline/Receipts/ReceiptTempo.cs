using TempoCos.Pipeline.Runs;

namespace TempoCos.Pipeline.Receipts;

/// <summary>The Tempo that was asked, and how it was reached.</summary>
internal sealed record ReceiptTempo(
    string? Kind, string Namespace, string Name, string OperatorVersion, string TempoVersion, string ReachedBy, IReadOnlyList<ReceiptReached>? Reached, string? Tenant, string ManifestSha256,
    ReceiptAsked? Asked, IReadOnlyDictionary<string, string> Accelerated)
{
    public static ReceiptTempo? From(RunRecord run) => run.Deployed is { } tempo
        ? new ReceiptTempo(
            tempo.Kind.Length > 0 ? tempo.Kind : "TempoStack", tempo.Namespace, tempo.Name, tempo.OperatorVersion, tempo.TempoVersion, tempo.Endpoints.ReachedBy,
            [.. tempo.Reached.Select(ReceiptReached.From)], tempo.Tenant.Length > 0 ? tempo.Tenant : null, run.ManifestSha256, ReceiptAsked.From(run.Request),
            new SortedDictionary<string, string>(tempo.Accelerated))
        : null;
}
