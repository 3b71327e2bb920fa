using System.CommandLine;
using Spectre.Console;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.Commands;

/// <summary><c>tempocos status</c>: runs, how they ended and what is left of them.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var command = new Command("status", "List runs, how they ended, and what is still there of them.");
        var client = new ClientOptions();
        client.AddTo(command);
        command.SetAction((parsed, _) => client.InvokeAsync(parsed, async (pipeline, _, token) =>
        {
            var status = await pipeline.GetStatusAsync(new StatusRequest(), cancellationToken: token);
            if (client.IsJson(parsed))
            {
                ClientOptions.WriteJson(status);
            }
            else
            {
                Show(status);
            }

            return status.Runs.Any(run => run.Leftovers.Count > 0 && run.State != "running") ? ExitCode.Leftovers : ExitCode.Proven;
        }));
        return command;
    }

    private static void Show(StatusReply status)
    {
        if (status.Runs.Count == 0)
        {
            Console.WriteLine("No runs yet.");
            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("run", "state", "verdict", "exit", "still there", "receipt");
        foreach (var run in status.Runs)
        {
            table.AddRow(
                Markup.Escape(run.RunId),
                run.State,
                run.Verdict == Verdict.Unspecified ? "-" : Display.VerdictText.Of(run.Verdict),
                run.State == "finished" ? $"{run.ExitCode}" : "-",
                Markup.Escape(run.Leftovers.Count == 0 ? "nothing" : string.Join(", ", run.Leftovers.Select(entry => $"{entry.Kind} {entry.Name}"))),
                Markup.Escape(run.ReceiptPath));
        }

        AnsiConsole.Write(table);
    }
}
