using TempoCos.Doctor;
using TempoCos.TempoStackDeployer.Diagnosis.Facts;

namespace TempoCos.TempoStackDeployer.Diagnosis.Checks;

/// <summary>Whether Tempo threw spans away, by reason, with the name of the limit that did it.</summary>
internal sealed class DiscardedSpansCheck : StackCheck
{
    private const string Discarded = "tempo_discarded_spans_total";
    private const string Refused = "tempo_receiver_refused_spans";

    /// <summary>Tempo's reasons, the limit of each, and the spec of a TempoStack that sets it.</summary>
    private static readonly Dictionary<string, (string Limit, string Spec)> Limits = new(StringComparer.Ordinal)
    {
        ["rate_limited"] = ("ingestion.rate_limit_bytes, burst_size_bytes", "spec.limits.global.ingestion.ingestionRateLimitBytes, ingestionBurstSizeBytes"),
        ["live_traces_exceeded"] = ("ingestion.max_traces_per_user", "spec.limits.global.ingestion.maxTracesPerUser"),
        ["trace_too_large"] = ("global.max_bytes_per_trace", "spec.limits.global.ingestion.maxBytesPerTrace"),
        ["trace_too_large_to_compact"] = ("global.max_bytes_per_trace", "spec.limits.global.ingestion.maxBytesPerTrace"),
    };

    public override CheckDescription Description { get; } = new("TC408", "discarded-spans", "Counting spans that Tempo threw away");

    public override Finding Examine(StackFacts facts)
    {
        string[] components = ["distributor", "ingester", "compactor"];
        var asked = facts.Of(components).Where(component => component.Metrics is not null).ToList();
        if (asked.Count == 0)
        {
            return Finding.Skip(facts.Unreachable(components));
        }

        var byReason = asked.SelectMany(component => component.Metrics!.By(Discarded, "reason")).Where(sum => sum.Sum > 0)
            .GroupBy(sum => sum.Label).Select(group => (Reason: group.Key, Count: group.Sum(sum => sum.Sum))).OrderByDescending(sum => sum.Count).ToList();
        var refused = facts.Metric(Refused, components) ?? 0;
        var received = facts.Metric("tempo_distributor_spans_received_total", components) ?? 0;
        var finding = byReason.Count > 0
            ? Finding.Fail(
                $"{byReason.Sum(sum => sum.Count):0} spans were thrown away: {string.Join(", ", byReason.Select(sum => $"{sum.Count:0} {sum.Reason}{(Limits.TryGetValue(sum.Reason, out var limit) ? $" (limit {limit.Limit})" : "")}"))}",
                Limits.TryGetValue(byReason[0].Reason, out var first)
                    ? $"Raise {first.Spec}, or send less; the sender learns of it by OTLP's partial success or RESOURCE_EXHAUSTED, and has to count it."
                    : "Look at the distributor's log, with distributor.log_discarded_spans.enabled: true for which they were.")
            : refused > 0 ? Finding.Warn(
                $"{refused:0} spans were refused at the receivers, whose senders may send them again or drop them",
                "Look at what senders count as dropped, such as otelcol_exporter_send_failed_spans, and at the distributor's log.")
            : Finding.Pass($"none of {received:0} spans was thrown away");
        return finding.With(byReason.Select(sum => KeyValuePair.Create($"discarded.{sum.Reason}", $"{sum.Count:0}"))).With("received", $"{received:0}").With("refused", $"{refused:0}");
    }
}
