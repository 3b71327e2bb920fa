using TempoCos.Contracts;

namespace TempoCos.Pipeline.Receipts;

/// <summary>A step that ended.</summary>
internal sealed record ReceiptStep(string Stage, string Step, string State, string Message, double Seconds, IReadOnlyDictionary<string, string> Evidence)
{
    public static ReceiptStep From(StageEvent step) => new(
        step.Stage, step.Step, step.State.ToString().ToLowerInvariant(), step.Message, step.Duration?.ToTimeSpan().TotalSeconds ?? 0, new SortedDictionary<string, string>(step.Evidence));
}
