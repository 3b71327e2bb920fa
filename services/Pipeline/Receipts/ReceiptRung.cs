using TempoCos.Contracts;
using TempoCos.Pipeline.Display;

namespace TempoCos.Pipeline.Receipts;

/// <summary>One rung of the proof ladder with its evidence and its controls.</summary>
internal sealed record ReceiptRung(
    int Rung, string Name, string Claim, string Verdict, string Reason, double Seconds,
    IReadOnlyDictionary<string, string> Evidence, IReadOnlyList<ReceiptControl> Controls, IReadOnlyList<string> Missing)
{
    public static ReceiptRung From(RungResult rung) => new(
        rung.Rung, rung.Name, rung.Claim, VerdictText.Of(rung.Verdict), rung.Reason, rung.Duration?.ToTimeSpan().TotalSeconds ?? 0,
        new SortedDictionary<string, string>(rung.Evidence),
        [.. rung.Controls.Select(control => new ReceiptControl(control.Name, control.Expected, control.Observed, control.Held))],
        [.. rung.Missing]);
}
