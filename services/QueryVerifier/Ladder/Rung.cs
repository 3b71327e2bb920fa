using TempoCos.ServiceDefaults;

namespace TempoCos.QueryVerifier.Ladder;

/// <summary>One claim, how it is shown, and the controls that must fail.</summary>
internal abstract class Rung(int number, string name, string claim)
{
    public int Number => number;

    /// <summary>Stable, kebab-case.</summary>
    public string Name => name;

    /// <summary>One sentence without its full stop.</summary>
    public string Claim => claim;

    /// <summary>The controls without which nothing is proven here, whatever else was seen.</summary>
    public virtual IReadOnlyList<string> Controls => [];

    public abstract Task JudgeAsync(Climb climb, RungReport report, StageStep step, CancellationToken ct);
}
