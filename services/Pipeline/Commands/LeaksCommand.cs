using System.CommandLine;
using Spectre.Console;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.Commands;

/// <summary><c>tempocos leaks</c>: what carries a run's mark in the account and the cluster, and stands in no ledger here.</summary>
internal static class LeaksCommand
{
    public static Command Create()
    {
        var command = new Command("leaks", "List what carries the mark of a run and that no ledger here names. Exits with 4 when there is anything.");
        var prefix = new Option<string>("--prefix") { Description = "Beginning of derived names [default: tempocos].", HelpName = "NAME" };
        var client = new ClientOptions();
        command.Add(prefix);
        client.AddTo(command);
        command.SetAction((parsed, _) => client.InvokeAsync(parsed, async (pipeline, _, token) =>
        {
            var reply = await pipeline.ListLeaksAsync(new ListLeaksRequest { Prefix = parsed.GetValue(prefix) ?? "" }, cancellationToken: token);
            if (client.IsJson(parsed))
            {
                ClientOptions.WriteJson(reply);
            }
            else
            {
                Show(reply);
            }

            foreach (var unseen in reply.Unseen)
            {
                await Console.Error.WriteLineAsync($"tempocos: could not be looked at: {unseen}");
            }

            return reply switch
            {
                { Leaks.Count: > 0 } => ExitCode.Leftovers,
                { Unseen.Count: > 0 } => ExitCode.Environment,
                _ => ExitCode.Proven,
            };
        }));
        return command;
    }

    private static void Show(ListLeaksReply reply)
    {
        if (reply.Leaks.Count == 0)
        {
            Console.WriteLine(reply.Unseen.Count == 0 ? "No leaks." : "No leaks where it could be looked.");
            return;
        }

        var table = new Table().Border(TableBorder.Simple)
            .AddColumn(new TableColumn("name").NoWrap()).AddColumn(new TableColumn("kind").NoWrap()).AddColumn("run").AddColumn("made").AddColumn("known by");
        foreach (var leak in reply.Leaks)
        {
            table.AddRow(
                Markup.Escape(leak.Name),
                leak.Kind,
                Markup.Escape(leak.RunId),
                leak.Created?.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm'Z'", System.Globalization.CultureInfo.InvariantCulture) ?? "-",
                Markup.Escape(leak.Evidence));
        }

        AnsiConsole.Write(table);
        Console.WriteLine("'tempocos sweep --older-than 24h' removes those that are old enough.");
    }
}
