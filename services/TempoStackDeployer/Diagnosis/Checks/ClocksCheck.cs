using TempoCos.Doctor;
using TempoCos.TempoStackDeployer.Diagnosis.Facts;

namespace TempoCos.TempoStackDeployer.Diagnosis.Checks;

/// <summary>Whether everybody has the same time, senders included: blocks get their times by it, and searches look by them.</summary>
internal sealed class ClocksCheck : StackCheck
{
    private static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Harmful = TimeSpan.FromMinutes(5);

    public override CheckDescription Description { get; } = new("TC404", "clocks", "Comparing the clocks of API server, components, store and this machine");

    public override Finding Examine(StackFacts facts)
    {
        var clocks = facts.Components.Select(component => (Of: component.Pod, Offset: component.Clock))
            .Append((Of: "API server", Offset: facts.ApiServerClock)).Append((Of: "object store", Offset: facts.Bucket?.Clock))
            .Where(clock => clock.Offset is not null).Select(clock => (clock.Of, Offset: clock.Offset!.Value)).Append((Of: "this machine", Offset: TimeSpan.Zero)).ToList();
        if (clocks.Count < 2)
        {
            return Finding.Skip("nobody said what time it is");
        }

        var (behind, ahead) = (clocks.MinBy(clock => clock.Offset), clocks.MaxBy(clock => clock.Offset));
        var apart = ahead.Offset - behind.Offset;
        string[] writers = ["ingester", "metrics-generator"];
        var late = facts.Metric("tempo_warnings_total", writers, ("reason", "outside_ingestion_time_slack")) ?? 0;
        string[] distributor = ["distributor"];
        var future = (facts.Metric("tempo_spans_distance_in_future_seconds_count", distributor) ?? 0) - (facts.Metric("tempo_spans_distance_in_future_seconds_bucket", distributor, ("le", "300")) ?? 0);
        var finding = apart > Noticeable
            ? Judge(apart, $"the clocks of {ahead.Of} and {behind.Of} are {GoTime.Text(apart)} apart: blocks get wrong times, and searches by time miss them")
            : future > 0 ? Finding.Warn(
                $"{future:0} spans ended more than 5 min in the future by the distributor's clock: a sender's clock is wrong", "Set the senders' clocks by NTP: until then their traces are found by id only.")
            : late > 0 ? Finding.Warn(
                $"{late:0} traces lie outside the time that their block may cover: they were sent late, or a sender's clock is wrong",
                "Set the senders' clocks by NTP; where traces are sent late on purpose, widen storage.trace.wal.ingestion_time_range_slack (default 2m).")
            : Finding.Pass($"{clocks.Count} clocks agree, and no span came from another time");
        foreach (var clock in clocks)
        {
            finding.With(clock.Of, $"{clock.Offset.TotalSeconds:+0;-0;0} s");
        }

        return finding.With("outside_ingestion_time_slack", $"{late:0}").With("in_future", $"{Math.Max(0, future):0}");
    }

    private static Finding Judge(TimeSpan apart, string message)
    {
        const string fix = "Set the clocks by NTP, on the nodes, here and where traces come from.";
        return apart > Harmful ? Finding.Fail(message, fix) : Finding.Warn(message, fix);
    }
}
