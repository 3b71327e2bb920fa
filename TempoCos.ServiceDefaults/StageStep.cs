using TempoCos.Contracts;

namespace TempoCos.ServiceDefaults;

/// <summary>A step while it runs: collects its evidence and says how it ended.</summary>
public sealed class StageStep
{
    private readonly Func<string, IReadOnlyDictionary<string, string>, Task> _progress;

    internal StageStep(string message, Func<string, IReadOnlyDictionary<string, string>, Task> progress)
    {
        Message = message;
        _progress = progress;
    }

    /// <summary>Ids, sizes, times, addresses; never a secret.</summary>
    public Dictionary<string, string> Evidence { get; } = [];

    internal string Message { get; private set; }

    internal StepState State { get; private set; } = StepState.Succeeded;

    /// <summary>Says that the step is still at work.</summary>
    public Task ReportAsync(string message) => _progress(message, Evidence);

    /// <summary>The sentence that the step ends with.</summary>
    public void Succeed(string message) => Message = message;

    /// <summary>Ends the step as failed, with the reason, where that is a finding and not an error of the stage.</summary>
    public void Fail(string reason)
    {
        State = StepState.Failed;
        Message = reason;
    }

    /// <summary>Ends the step as skipped, with the reason.</summary>
    public void Skip(string reason)
    {
        State = StepState.Skipped;
        Message = reason;
    }

    /// <summary>Ends the step as a check has found, with its evidence; a warning does not fail it.</summary>
    public void Conclude(CheckResult found)
    {
        Evidence["check"] = found.Id;
        foreach (var (name, value) in found.Evidence)
        {
            Evidence[name] = value;
        }

        (State, Message) = found.Severity switch
        {
            CheckSeverity.Fail => (StepState.Failed, $"{found.Id}: {found.Message}"),
            CheckSeverity.Warning => (StepState.Succeeded, $"warning {found.Id}: {found.Message}"),
            CheckSeverity.Skipped => (StepState.Skipped, $"{found.Id}: {found.Message}"),
            _ => (StepState.Succeeded, $"{found.Id}: {found.Message}"),
        };
    }
}
