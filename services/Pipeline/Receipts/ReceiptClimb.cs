using TempoCos.Pipeline.Display;
using TempoCos.Pipeline.Runs;

namespace TempoCos.Pipeline.Receipts;

/// <summary>One of several climbs of the ladder, with the traces that it was climbed with.</summary>
internal sealed record ReceiptClimb(string Name, string Verdict, ReceiptTraces? Traces, IReadOnlyList<ReceiptRung> Rungs)
{
    public static ReceiptClimb From(Climb climb, RunRecord run) => new(
        climb.Name, VerdictText.Of(climb.Verdict), ReceiptTraces.From(climb.Traces), [.. run.Rungs.Where(rung => rung.Climb == climb.Name).Select(ReceiptRung.From)]);
}
