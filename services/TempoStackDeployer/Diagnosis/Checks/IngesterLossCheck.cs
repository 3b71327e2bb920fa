using TempoCos.Doctor;
using TempoCos.TempoStackDeployer.Diagnosis.Facts;
using TempoCos.TempoStackDeployer.Readiness;

namespace TempoCos.TempoStackDeployer.Diagnosis.Checks;

/// <summary>Whether an ingester has lost traces, or would by a restart.</summary>
internal sealed class IngesterLossCheck : StackCheck
{
    private const string Lost = "Block exceeded max completion errors. Deleting. POSSIBLE DATA LOSS";
    private const string FailedFlushes = "tempo_ingester_failed_flushes_total";

    public override CheckDescription Description { get; } = new("TC401", "ingester-loss", "Looking for traces that an ingester lost, or would lose");

    public override Finding Examine(StackFacts facts)
    {
        string[] ingester = ["ingester"];
        var pods = facts.Of(ingester).ToList();
        if (pods.Count == 0 || (pods.TrueForAll(pod => pod.Metrics is null) && pods.TrueForAll(pod => pod.Log.Count == 0)))
        {
            return Finding.Skip(facts.Unreachable(ingester));
        }

        var failed = facts.Metric(FailedFlushes, ingester) ?? 0;
        var flushes = facts.Configuration(ingester)?.Flag("ingester.flush_all_on_shutdown") == true;
        var lost = pods.Where(pod => pod.Log.Any(line => line.Contains(Lost, StringComparison.Ordinal))).ToList();
        var without = pods.Where(pod => !pod.HasVolumeClaim).ToList();
        var finding = lost.Count > 0
            ? Finding.Fail(
                $"{string.Join(", ", lost.Select(pod => pod.Pod))} deleted blocks that could not be completed: traces are gone",
                "Look at the errors before that line, most often a full or slow volume; give the ingesters a larger one (spec.storageSize).")
                .With("log", PodFindings.Cut(lost[0].Log.Last(line => line.Contains(Lost, StringComparison.Ordinal))))
            : failed > 0 ? Finding.Warn(
                $"{failed:0} flushes to the object store failed: until they succeed the traces are on the ingesters' disks alone",
                "Ask the store with the same key: `tempocos doctor s3://BUCKET`; look at the ingesters' log for \"error performing op in flushQueue\".")
            : without.Count > 0 && !flushes ? Finding.Warn(
                $"{string.Join(", ", without.Select(pod => pod.Pod))} keeps its write-ahead log on no volume claim, and does not flush when it ends: a restart loses what is not flushed",
                "Give it a volume claim, or set ingester.flush_all_on_shutdown: true (spec.extraConfig.tempo) with a terminationGracePeriodSeconds that is long enough.")
            : Finding.Pass($"no ingester lost a block or failed to flush, and what is not flushed outlives a restart ({(without.Count > 0 ? "flushed at shutdown" : "volume claim")})");
        return finding.With("failed_flushes", $"{failed:0}").With("flush_all_on_shutdown", flushes ? "true" : "false").With("without_volume_claim", $"{without.Count}");
    }
}
