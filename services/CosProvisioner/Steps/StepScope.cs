namespace TempoCos.CosProvisioner.Steps;

/// <summary>
/// What a step that is running says of itself. Code deep below it (a retry, a wait) finds it as <see cref="Current"/>, and the step's heartbeat repeats
/// what was said last.
/// </summary>
internal sealed class StepScope
{
    private static readonly AsyncLocal<StepScope?> Ambient = new();
    private volatile string? _said;

    public static StepScope? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    /// <summary>Ids, places, counts; never a secret.</summary>
    public Dictionary<string, string> Evidence { get; } = [];

    public string? Said => _said;

    public string? Outcome { get; private set; }

    public bool Skipped { get; private set; }

    /// <summary>What the step is waiting for or doing just now.</summary>
    public void Say(string text) => _said = text;

    /// <summary>The sentence that the step ends with.</summary>
    public void Succeed(string outcome) => Outcome = outcome;

    /// <summary>Ends the step as skipped, with the reason.</summary>
    public void Skip(string reason)
    {
        Outcome = reason;
        Skipped = true;
    }
}
