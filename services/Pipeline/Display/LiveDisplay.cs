using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Spectre.Console;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.Display;

/// <summary>A terminal: finished steps scroll up, what runs is the line with the spinner, the ladder is a table at the end.</summary>
internal sealed class LiveDisplay : IRunDisplay
{
    private readonly Channel<Action<StatusContext>> _changes = Channel.CreateUnbounded<Action<StatusContext>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly IAnsiConsole _console;
    private readonly Dictionary<string, (string Text, long Since)> _running = [];
    private readonly List<RungResult> _rungs = [];
    private Task? _loop;
    private RunFinished? _finished;
    private string _stage = "";

    public LiveDisplay(IAnsiConsole console) => _console = console;

    public void Show(RunReply reply)
    {
        _changes.Writer.TryWrite(status => Apply(status, reply));
        _loop ??= _console.Status().Spinner(Spinner.Known.Dots).StartAsync("waiting for the first step", ShowAsync);
    }

    public void Say(string message) => _changes.Writer.TryWrite(_ => _console.MarkupLineInterpolated($"[yellow]{message}[/]"));

    public async ValueTask DisposeAsync()
    {
        _changes.Writer.TryComplete();
        await (_loop ?? Task.CompletedTask);
        if (_finished is { } finished)
        {
            Conclude(finished);
        }
    }

    private async Task ShowAsync(StatusContext status)
    {
        await foreach (var change in _changes.Reader.ReadAllAsync())
        {
            change(status);
        }
    }

    private void Apply(StatusContext status, RunReply reply)
    {
        switch (reply.ReplyCase)
        {
            case RunReply.ReplyOneofCase.Event:
                Apply(status, reply.Event);
                break;
            case RunReply.ReplyOneofCase.Check when reply.Check.Fix.Length > 0:
                _console.MarkupLineInterpolated($"   [yellow]{reply.Check.Id}[/] {reply.Check.Fix} [grey](tempocos explain {reply.Check.Id})[/]");
                break;
            case RunReply.ReplyOneofCase.Rung:
                _rungs.Add(reply.Rung);
                break;
            case RunReply.ReplyOneofCase.Finished:
                _finished = reply.Finished;
                break;
        }
    }

    private void Apply(StatusContext status, StageEvent step)
    {
        var key = $"{step.Stage}/{step.Step}";
        if (step.State == StepState.Running)
        {
            _running[key] = (step.Message, _running.TryGetValue(key, out var known) ? known.Since : Stopwatch.GetTimestamp());
        }
        else
        {
            _running.Remove(key);
            if (step.Stage != _stage)
            {
                _stage = step.Stage;
                _console.Write(new Rule($"[bold]{Markup.Escape(step.Stage)}[/]").LeftJustified().RuleStyle("grey"));
            }

            var mark = step.State switch { StepState.Succeeded => "[green]✓[/]", StepState.Skipped => "[grey]-[/]", _ => "[red]✗[/]" };
            var took = step.Duration is { } duration ? duration.ToTimeSpan().TotalSeconds.ToString("0.0 s", CultureInfo.InvariantCulture) : "";
            _console.MarkupLine($" {mark} {Markup.Escape(step.Step),-24} {Markup.Escape(step.Message)} [grey]{took}[/]");
        }

        var current = _running.Count == 0 ? "waiting for the next step" : _running.Values.MaxBy(running => running.Since).Text;
        status.Status(Markup.Escape(current));
    }

    private void Conclude(RunFinished finished)
    {
        if (_rungs.Count > 0)
        {
            var ladder = new Table().Border(TableBorder.Rounded).AddColumns("rung", "claim", "verdict", "shown by");
            foreach (var rung in _rungs)
            {
                ladder.AddRow(
                    $"{rung.Rung} {Markup.Escape(rung.Name)}{(rung.Climb.Length > 0 ? $"\n[grey]{Markup.Escape(rung.Climb)}[/]" : "")}",
                    Markup.Escape(rung.Claim),
                    $"[{Colour(rung.Verdict)}]{VerdictText.Of(rung.Verdict)}[/]",
                    Markup.Escape(rung.Verdict == Verdict.Proven
                        ? string.Join("\n", rung.Controls.Select(control => $"control: {control.Name}: {control.Observed}"))
                        : rung.Reason));
            }

            _console.Write(ladder);
        }

        foreach (var leftover in finished.Leftovers)
        {
            _console.MarkupLineInterpolated($"[red]left behind:[/] {leftover.Kind} {leftover.Id}: {leftover.Reason}; {leftover.Remedy}");
        }

        _console.MarkupLine($"[{(finished.ExitCode == 0 ? "green" : "red")} bold]{Markup.Escape(finished.Summary)}[/]");
        if (finished.Cost.Length > 0)
        {
            _console.MarkupLineInterpolated($"[grey]{finished.Cost}[/]");
        }

        if (finished.ReceiptPath.Length > 0)
        {
            _console.MarkupLineInterpolated($"[grey]receipt: {finished.ReceiptPath}[/]");
        }
    }

    private static string Colour(Verdict verdict) => verdict switch { Verdict.Proven => "green", Verdict.Failed => "red", _ => "yellow" };
}
