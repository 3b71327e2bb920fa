using TempoCos.Pipeline.Runs;

namespace TempoCos.Pipeline.Receipts;

/// <summary>The Tempo that was asked, and how it was reached.</summary>
internal sealed record ReceiptTempo(
    string Namespace, string Name, string OperatorVersion, string TempoVersion, string ReachedBy, string ManifestSha256, IReadOnlyDictionary<string, string> Accelerated)
{
    public static ReceiptTempo? From(RunRecord run) => run.Deployed is { } tempo
        ? new ReceiptTempo(
            tempo.Namespace, tempo.Name, tempo.OperatorVersion, tempo.TempoVersion, tempo.Endpoints.ReachedBy, run.ManifestSha256, new SortedDictionary<string, string>(tempo.Accelerated))
        : null;
}
