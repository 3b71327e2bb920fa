using Microsoft.Extensions.Options;
using TempoCos.QueryVerifier.Ladder;
using TempoCos.QueryVerifier.Tempo;
using TempoCos.ServiceDefaults;
using TempoCos.TempoBlocks;
using TempoCos.Traces;

namespace TempoCos.QueryVerifier.Rungs;

/// <summary>Rung 1: whoever asks Tempo or Jaeger gets every trace.</summary>
internal sealed class QueryableRung(IdHunt hunt, IOptions<VerifierOptions> options, VerifierTelemetry telemetry, TimeProvider time)
    : Rung(1, "queryable", "Every trace is found by id, by TraceQL search, by its tags and through Jaeger")
{
    private const string NeverById = "an id never sent, by id";
    private const string NeverBySearch = "a run id never used, by search";

    public override IReadOnlyList<string> Controls => [NeverById, NeverBySearch];

    public override async Task JudgeAsync(Climb climb, RungReport report, StageStep step, CancellationToken ct)
    {
        var deadline = new Deadline(climb.Order.QueryableWithin, options.Value, time);
        await ByIdAsync(climb, report, step, deadline, ct);
        await SearchAsync(climb, report, step, deadline, ct);
        await TagsAsync(climb, report, deadline, ct);
        await JaegerAsync(climb, report, step, deadline, ct);
        await ControlsAsync(climb, report, ct);
    }

    private async Task ByIdAsync(Climb climb, RungReport report, StageStep step, Deadline deadline, CancellationToken ct)
    {
        var ids = climb.Expectation.Ids;
        var progress = new Progress(step, time);
        var result = await hunt.RunAsync(
            ids, async (id, stop) => await climb.Tempo.FindTraceAsync(id, blocksOnly: false, stop) is not null, deadline,
            found => progress.SayAsync(found, $"{found} of {ids.Length} traces found by id"), ct);
        foreach (var elapsed in result.Found.Values)
        {
            telemetry.TimeToId.Record(elapsed.TotalSeconds);
        }

        climb.FoundById = result.Found.Keys.ToHashSet();
        report.Evidence["found_by_id"] = $"{result.Found.Count} of {ids.Length}";
        report.Evidence["time_to_id_seconds"] = Text.Seconds(result.Last);
        if (result.Missing.Count > 0)
        {
            report.Missing(result.Missing);
            report.Fail($"{result.Missing.Count} of {ids.Length} traces were not found by id within {Text.Seconds(deadline.Within)} s{result.Cause}");
        }
    }

    private async Task SearchAsync(Climb climb, RungReport report, StageStep step, Deadline deadline, CancellationToken ct)
    {
        var (expectation, query) = (climb.Expectation, Expectation.RunQuery(climb.Order.Manifest.RunId));
        // What cannot be found by id will not be searched for in vain.
        var awaited = climb.FoundById ?? expectation.Ids.ToHashSet();
        HashSet<TraceId16> found = [];
        var progress = new Progress(step, time);
        var (satisfied, error) = await Asking.UntilAsync(
            deadline,
            async () =>
            {
                found = await climb.Tempo.SearchAsync(query, Range(climb), Expectation.MaxTraces, ct);
                await progress.SayAsync(found.Count, $"{found.Count} of {expectation.Ids.Length} traces found by search");
                return awaited.IsSubsetOf(found);
            },
            ct);
        var missing = expectation.Ids.Where(id => !found.Contains(id)).ToList();
        report.Evidence["search"] = query;
        report.Evidence["found_by_search"] = $"{expectation.Ids.Length - missing.Count} of {expectation.Ids.Length}";
        report.Evidence["time_to_search_seconds"] = Text.Seconds(deadline.Elapsed);
        if (satisfied)
        {
            telemetry.TimeToSearch.Record(deadline.Elapsed.TotalSeconds);
        }

        if (missing.Count > 0)
        {
            report.Missing(missing);
            report.Fail($"{missing.Count} of {expectation.Ids.Length} traces were not found by the search {query}{Text.Cause(error)}");
        }

        var strangers = found.Count(id => !expectation.TryGetIndex(id, out _));
        if (strangers > 0)
        {
            report.Fail($"the search found {strangers} traces of the run that the manifest does not have");
        }
    }

    private async Task TagsAsync(Climb climb, RungReport report, Deadline deadline, CancellationToken ct)
    {
        const string tag = TraceSource.RunIdAttribute;
        var (listed, listError) = await Asking.UntilAsync(deadline, async () => (await climb.Tempo.ResourceTagsAsync(Range(climb), ct)).Contains(tag), ct);
        var (valued, valueError) = await Asking.UntilAsync(
            deadline, async () => (await climb.Tempo.TagValuesAsync($"resource.{tag}", Range(climb), ct)).Contains(climb.Order.Manifest.RunId), ct);
        report.Evidence["tag"] = listed && valued ? $"{tag} = {climb.Order.Manifest.RunId}" : "";
        if (!listed)
        {
            report.Fail($"the tag {tag} is not listed{Text.Cause(listError)}");
        }

        if (!valued)
        {
            report.Fail($"the tag {tag} does not list the value {climb.Order.Manifest.RunId}{Text.Cause(valueError)}");
        }
    }

    private async Task JaegerAsync(Climb climb, RungReport report, StageStep step, Deadline deadline, CancellationToken ct)
    {
        if (climb.Jaeger is not { } jaeger)
        {
            report.Evidence["jaeger"] = "not offered";
            report.NarrowedClaim = "Every trace is found by id, by TraceQL search and by its tags";
            return;
        }

        var ids = climb.Expectation.Ids.Where(id => climb.FoundById?.Contains(id) ?? true).ToList();
        var progress = new Progress(step, time);
        var result = await hunt.RunAsync(
            ids, jaeger.HasTraceAsync, deadline, found => progress.SayAsync(found, $"{found} of {ids.Count} traces found through Jaeger"), ct);
        report.Evidence["found_by_jaeger"] = $"{result.Found.Count} of {climb.Expectation.Ids.Length}";
        if (result.Missing.Count > 0)
        {
            report.Missing(result.Missing);
            report.Fail($"{result.Missing.Count} of {ids.Count} traces were not found through Jaeger{result.Cause}");
        }

        IEnumerable<string> unknown = climb.Expectation.Services;
        var (known, error) = await Asking.UntilAsync(
            deadline,
            async () =>
            {
                unknown = climb.Expectation.Services.Except(await jaeger.ServicesAsync(ct)).ToList();
                return !unknown.Any();
            },
            ct);
        report.Evidence["jaeger_services"] = $"{climb.Expectation.Services.Count - unknown.Count()} of {climb.Expectation.Services.Count}";
        if (!known)
        {
            report.Fail($"Jaeger does not list the services {string.Join(", ", unknown.Order())}{Text.Cause(error)}");
        }
    }

    private static async Task ControlsAsync(Climb climb, RungReport report, CancellationToken ct)
    {
        var (never, run) = (climb.Expectation.NeverSent, climb.Expectation.NeverRun);
        await ControlAsync(
            report, NeverById, "404", async () => await climb.Tempo.FindTraceAsync(never, blocksOnly: false, ct) is null ? "404" : "a trace", ct);
        await ControlAsync(
            report, NeverBySearch, "0 traces",
            async () => $"{(await climb.Tempo.SearchAsync(Expectation.RunQuery(run), Range(climb, DateTimeOffset.UtcNow), Expectation.MaxTraces, ct)).Count} traces", ct);
        if (climb.Jaeger is { } jaeger)
        {
            await ControlAsync(report, "an id never sent, through Jaeger", "404", async () => await jaeger.HasTraceAsync(never, ct) ? "a trace" : "404", ct);
        }
    }

    private static async Task ControlAsync(RungReport report, string name, string expected, Func<Task<string>> observe, CancellationToken ct)
    {
        string observed;
        try
        {
            observed = await observe();
        }
        catch (Exception exception) when (Asking.IsNoAnswer(exception, ct))
        {
            observed = $"no answer: {exception.Message.TrimEnd('.')}";
        }

        report.Control(name, expected, observed, observed == expected);
    }

    private TimeRange Range(Climb climb) => Range(climb, time.GetUtcNow());

    private static TimeRange Range(Climb climb, DateTimeOffset now) => climb.Expectation.Range(now);
}
