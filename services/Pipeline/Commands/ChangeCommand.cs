using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using TempoCos.Contracts;
using TempoCos.Pipeline.Runs;

namespace TempoCos.Pipeline.Commands;

/// <summary><c>tempocos change</c>: changes the Tempo of a run that was kept, in place.</summary>
internal static class ChangeCommand
{
    public static Command Create()
    {
        var command = new Command("change", "Change the Tempo of a run that was kept, such as its replicas or its image, and wait until every component is ready with it.");
        var run = new Argument<string>("RUN") { Description = "The run, which was kept." };
        var timeout = new DurationOption("--timeout", "How long every component may take to be ready with it.", TimeSpan.FromMinutes(5));
        var stack = new StackRunOptions();
        var client = new ClientOptions();
        command.Add(run);
        command.Add(timeout);
        stack.AddTo(command);
        client.AddTo(command);
        command.SetAction((parsed, _) => client.InvokeAsync(parsed, async (pipeline, display, token) =>
        {
            var request = new ChangeRequest { RunId = parsed.GetValue(run) ?? "", Set = { stack.Set(parsed) }, Options = stack.Read(parsed), Timeout = timeout.Read(parsed).ToDuration() };
            Changed changed;
            await using (display)
            {
                Action<RunReply> show = display.Show;
                changed = await ServiceStream.ReadAsync(pipeline.Change(request, cancellationToken: token), "pipeline", reply => show.Take(reply.Event, reply.Changed), token);
            }

            if (client.IsJson(parsed))
            {
                ClientOptions.WriteJson(changed);
            }
            else
            {
                Console.WriteLine($"run {request.RunId} changed: {string.Join(", ", changed.Now.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key} = {field.Value}"))}; {changed.Pods.Count} fresh pods");
            }

            return ExitCode.Proven;
        }));
        return command;
    }
}
