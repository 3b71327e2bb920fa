using System.Globalization;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.Display;

/// <summary>Plain lines, one a change of state: for logs, pipes and the dashboard's console.</summary>
internal sealed class LineDisplay(TextWriter writer) : IRunDisplay
{
    private readonly Lock _lock = new();

    public void Show(RunReply reply)
    {
        lock (_lock)
        {
            switch (reply.ReplyCase)
            {
                case RunReply.ReplyOneofCase.Event:
                    Show(reply.Event);
                    break;
                case RunReply.ReplyOneofCase.Rung:
                    Show(reply.Rung);
                    break;
                case RunReply.ReplyOneofCase.Check when reply.Check.Fix.Length > 0:
                    writer.WriteLine($"{"",18} {reply.Check.Id}: {reply.Check.Fix} (tempocos explain {reply.Check.Id})");
                    break;
                case RunReply.ReplyOneofCase.Finished:
                    Show(reply.Finished);
                    break;
            }
        }
    }

    public void Say(string message)
    {
        lock (_lock)
        {
            writer.WriteLine(message);
        }
    }

    public ValueTask DisposeAsync() => new(writer.FlushAsync());

    private void Show(StageEvent step)
    {
        var state = step.State switch
        {
            StepState.Succeeded => "ok",
            StepState.Failed => "FAILED",
            StepState.Skipped => "skipped",
            _ => "...",
        };
        var took = step.Duration is { } duration ? string.Create(CultureInfo.InvariantCulture, $" ({duration.ToTimeSpan().TotalSeconds:0.0} s)") : "";
        writer.WriteLine($"{step.Stage,-10} {step.Step,-24} {state,-7} {step.Message}{took}");
    }

    private void Show(RungResult rung)
    {
        writer.WriteLine($"rung {rung.Rung} {rung.Name,-22} {VerdictText.Of(rung.Verdict).ToUpperInvariant(),-10} {(rung.Verdict == Verdict.Proven ? rung.Claim : rung.Reason)}{(rung.Climb.Length > 0 ? $" ({rung.Climb})" : "")}");
        foreach (var control in rung.Controls)
        {
            writer.WriteLine($"       control: {control.Name}: expected {control.Expected}, observed {control.Observed}{(control.Held ? "" : "  DID NOT HOLD")}");
        }
    }

    private void Show(RunFinished finished)
    {
        writer.WriteLine(finished.Summary);
        if (finished.Cost.Length > 0)
        {
            writer.WriteLine(finished.Cost);
        }

        foreach (var leftover in finished.Leftovers)
        {
            writer.WriteLine($"left behind: {leftover.Kind} {leftover.Id}: {leftover.Reason}; {leftover.Remedy}");
        }

        if (finished.ReceiptPath.Length > 0)
        {
            writer.WriteLine($"receipt: {finished.ReceiptPath}");
        }

        writer.Flush();
    }
}
