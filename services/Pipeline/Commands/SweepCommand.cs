using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using TempoCos.Contracts;
using TempoCos.Pipeline.Connection;

namespace TempoCos.Pipeline.Commands;

/// <summary><c>tempocos sweep</c>: removes what old runs left, and what carries a run's mark and no ledger names.</summary>
internal static class SweepCommand
{
    public static Command Create()
    {
        var command = new Command("sweep", "Remove what old runs left: by their ledgers, and by the marks on what no ledger names.");
        var olderThan = new DurationOption("--older-than", "What is younger is named and left: it may belong to a run that is under way elsewhere.", TimeSpan.FromHours(24));
        var dryRun = new Option<bool>("--dry-run") { Description = "Only name what would be removed; exits with 4 when there is anything." };
        var prefix = new Option<string>("--prefix") { Description = "Beginning of derived names [default: tempocos].", HelpName = "NAME" };
        var client = new ClientOptions();
        command.Add(olderThan);
        command.Add(dryRun);
        command.Add(prefix);
        client.AddTo(command);
        command.SetAction((parsed, _) => client.InvokeAsync(parsed, async (pipeline, display, token) =>
        {
            var request = new SweepRequest { OlderThan = olderThan.Read(parsed).ToDuration(), DryRun = parsed.GetValue(dryRun), Prefix = parsed.GetValue(prefix) ?? "" };
            using var call = pipeline.Sweep(request, cancellationToken: CancellationToken.None);
            return await RunStream.ShowAsync(pipeline, call.ResponseStream, display, token);
        }));
        return command;
    }
}
