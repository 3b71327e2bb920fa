namespace Aspire.Hosting.ApplicationModel;

/// <summary>States of a resource, as the dashboard knows them.</summary>
public static class KnownResourceStates
{
    public static readonly string NotStarted = "NotStarted";

    /// <summary>For another resource to be healthy.</summary>
    public static readonly string Waiting = "Waiting";

    public static readonly string Starting = "Starting";

    public static readonly string Running = "Running";

    /// <summary>Ended because it was stopped.</summary>
    public static readonly string Exited = "Exited";

    /// <summary>Ended by itself.</summary>
    public static readonly string Finished = "Finished";

    public static readonly string FailedToStart = "FailedToStart";

    /// <summary>Of a parameter.</summary>
    public static readonly string ValueMissing = "ValueMissing";

    /// <summary>States that a resource does not leave by itself.</summary>
    public static readonly IReadOnlyList<string> TerminalStates = [Exited, Finished, FailedToStart];
}
