using TempoCos.QueryVerifier.Ladder;
using TempoCos.ServiceDefaults;

namespace TempoCos.QueryVerifier.Rungs;

/// <summary>A rung of the ladder that this version cannot judge. It says so, and no proof needs it.</summary>
internal sealed class UnbuiltRung(int number, string name, string claim) : Rung(number, name, claim)
{
    public override bool Required => false;

    public override Task JudgeAsync(Climb climb, RungReport report, StageStep step, CancellationToken ct)
    {
        report.NotShown("not yet built");
        return Task.CompletedTask;
    }
}
