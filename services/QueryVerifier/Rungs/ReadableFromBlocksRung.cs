using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.QueryVerifier.Ladder;
using TempoCos.QueryVerifier.Tempo;
using TempoCos.ServiceDefaults;

namespace TempoCos.QueryVerifier.Rungs;

/// <summary>Rung 4: Tempo finds every trace without its ingesters. A canary that was not flushed shows that it really leaves them out.</summary>
internal sealed class ReadableFromBlocksRung(ReadBack readBack, IOptions<VerifierOptions> options, VerifierTelemetry telemetry, TimeProvider time)
    : Rung(4, "readable-from-blocks", "Tempo reads every trace from the blocks alone")
{
    private const int MaxCanaries = 3;
    private const string ControlName = "a canary that is not flushed yet";
    private const string ControlExpected = "200 by id, 404 with mode=blocks";
    private static readonly TimeSpan CanaryWithin = TimeSpan.FromSeconds(10);

    public override IReadOnlyList<string> Controls => [ControlName];

    public override async Task JudgeAsync(Climb climb, RungReport report, StageStep step, CancellationToken ct)
    {
        if (climb.Judged(2) is { Verdict: not Verdict.Proven } written)
        {
            report.NotShown($"rung 2 is {(written.Verdict == Verdict.Failed ? "failed" : "not shown")}: without blocks that hold every trace there is nothing to read them from");
            return;
        }

        var ids = climb.Expectation.Ids;
        var (result, tally) = await readBack.ByIdAsync(climb, climb.Order.ListedWithin, step, ct);
        report.Evidence["found_with_mode_blocks"] = $"{result.Found.Count} of {ids.Length}";
        if (result.Missing.Count > 0)
        {
            report.Missing(result.Missing);
            report.Fail($"{result.Missing.Count} of {ids.Length} traces were not found with mode=blocks within {Text.Seconds(climb.Order.ListedWithin)} s{result.Cause}; Tempo sees new blocks after its next blocklist poll");
            return;
        }

        climb.FromBlocks = tally;
        report.Evidence["time_to_blocks_seconds"] = Text.Seconds(result.Last);
        telemetry.TimeToBlocks.Record(result.Last.TotalSeconds);
        await ControlAsync(climb, report, step, ct);
    }

    private async Task ControlAsync(Climb climb, RungReport report, StageStep step, CancellationToken ct)
    {
        if (climb.Order.Otlp is not { } otlp)
        {
            report.NotShown("there is no OTLP address to send the canary to, so nothing shows that mode=blocks leaves the ingesters out");
            return;
        }

        var sender = new CanarySender(otlp, climb.Order.Tenant, climb.Order.RunId, options.Value.RequestTimeout, time);
        var flushed = 0;
        try
        {
            while (flushed < MaxCanaries)
            {
                await step.ReportAsync("sending a canary");
                var canary = await sender.SendAsync(null, ct);
                var (live, error) = await Asking.UntilAsync(
                    new Deadline(CanaryWithin, options.Value, time), async () => await climb.Tempo.FindTraceAsync(canary, blocksOnly: false, ct) is not null, ct);
                if (!live)
                {
                    report.Control(ControlName, ControlExpected, $"not found by id within {Text.Seconds(CanaryWithin)} s{Text.Cause(error)}", held: false);
                    return;
                }

                if (await climb.Tempo.FindTraceAsync(canary, blocksOnly: true, ct) is null)
                {
                    report.Control(ControlName, ControlExpected, ControlExpected, held: true);
                    report.Evidence["canary"] = canary.ToString();
                    return;
                }

                await climb.Scan.LookAsync(ct);
                if (!await climb.Scan.HasAsync(canary, ct))
                {
                    report.Control(ControlName, ControlExpected, "200 with mode=blocks although no block holds it: this Tempo does not honour mode=blocks", held: false);
                    return;
                }

                flushed++;
            }

            report.Control(ControlName, ControlExpected, $"{flushed} canaries in a row were flushed by Tempo itself before they could be asked for: natural flushing is too fast here", held: false);
        }
        catch (Exception exception) when (Asking.IsNoAnswer(exception, ct))
        {
            report.Control(ControlName, ControlExpected, $"no answer: {exception.Message.TrimEnd('.')}", held: false);
        }
    }
}
