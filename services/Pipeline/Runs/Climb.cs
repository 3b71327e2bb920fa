using TempoCos.Contracts;

namespace TempoCos.Pipeline.Runs;

/// <summary>One climb of the ladder.</summary>
/// <param name="Name">Empty for the only one; else one of the names here.</param>
/// <param name="Traces">That it was climbed with.</param>
/// <param name="Verdict">How it ended.</param>
internal sealed record Climb(string Name, Generated Traces, Verdict Verdict)
{
    /// <summary>The run's traces, before the stack is changed.</summary>
    public const string BeforeChange = "before-change";

    /// <summary>The same traces, after it was changed.</summary>
    public const string Again = "again";

    /// <summary>Traces that were sent after it was changed.</summary>
    public const string Fresh = "fresh";
}
