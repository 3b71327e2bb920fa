namespace TempoCos.AppHost;

/// <summary>How the AppHost ends.</summary>
internal sealed class RunOutcome
{
    /// <summary>The verdict's exit code, 130 when a run was interrupted, 0 otherwise.</summary>
    public int ExitCode { get; set; }
}
