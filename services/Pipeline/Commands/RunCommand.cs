using System.CommandLine;
using TempoCos.Contracts;
using TempoCos.Pipeline.Connection;

namespace TempoCos.Pipeline.Commands;

/// <summary><c>tempocos run</c>: a run, shown as it happens.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var command = new Command("run", "Provision, deploy, send traces, climb the proof ladder and remove everything again.");
        var run = new RunOptions();
        var client = new ClientOptions();
        run.AddTo(command);
        client.AddTo(command);
        command.SetAction((parsed, _) => client.InvokeAsync(parsed, async (pipeline, display, token) =>
        {
            using var call = pipeline.Run(run.ToRequest(parsed), cancellationToken: CancellationToken.None);
            return await RunStream.ShowAsync(pipeline, call.ResponseStream, display, token);
        }));
        return command;
    }
}
