using System.CommandLine;
using TempoCos.Contracts;
using TempoCos.Pipeline.Connection;

namespace TempoCos.Pipeline.Commands;

/// <summary><c>tempocos destroy</c>: removes what a run left, however it ended.</summary>
internal static class DestroyCommand
{
    public static Command Create()
    {
        var command = new Command("destroy", "Remove everything that runs made and that is still there, by their ledgers.");
        var runs = new Argument<string[]>("RUN") { Description = "Runs to remove.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Every run that has a ledger." };
        var client = new ClientOptions();
        command.Add(runs);
        command.Add(all);
        client.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) == result.GetValue(runs) is { Length: > 0 })
            {
                result.AddError("name the runs to destroy, or --all ('tempocos status' lists them)");
            }
        });
        command.SetAction((parsed, _) => client.InvokeAsync(parsed, async (pipeline, display, token) =>
        {
            var request = new DestroyRequest();
            request.RunIds.AddRange(parsed.GetValue(runs) ?? []);
            using var call = pipeline.Destroy(request, cancellationToken: CancellationToken.None);
            return await RunStream.ShowAsync(pipeline, call.ResponseStream, display, token);
        }));
        return command;
    }
}
