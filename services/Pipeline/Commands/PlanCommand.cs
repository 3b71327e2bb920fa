using System.CommandLine;
using TempoCos.Contracts;
using TempoCos.Pipeline.Display;
using TempoCos.Pipeline.Runs;

namespace TempoCos.Pipeline.Commands;

/// <summary><c>tempocos plan</c>: what a run would apply to the cluster, beside what is there.</summary>
internal static class PlanCommand
{
    private const string Description = """
        Show what the deployment of such a run would apply to the cluster, as a difference to what
        is there. Changes nothing.

        Takes the options of a run; with --run-id of a run that was kept its stack is compared.
        The values of Secrets are shown as hashes.

        Exit codes: 0 whether or not there is anything to apply, 2 usage, 3 environment, also when
        an object would be refused.
        """;

    public static Command Create()
    {
        var command = new Command("plan", Description);
        var run = new RunOptions();
        var client = new ClientOptions();
        var dryRun = new Option<string>("--dry-run")
        {
            Description = "client: the difference is made here; server: the API server defaults, validates and merges, and warns.",
            DefaultValueFactory = _ => "client",
        };
        dryRun.AcceptOnlyFromAmong("client", "server");
        command.Add(dryRun);
        run.AddTo(command);
        client.AddTo(command);
        command.SetAction((parsed, _) =>
        {
            var request = new PlanRunRequest { ServerDryRun = parsed.GetValue(dryRun) == "server" };
            return client.InvokeAsync(parsed, async (pipeline, display, token) =>
            {
                request.Run = run.ToRequest(parsed);
                Planned planned;
                await using (display)
                {
                    Action<RunReply> show = display.Show;
                    planned = await ServiceStream.ReadAsync(pipeline.Plan(request, cancellationToken: token), "pipeline", reply => show.Take(reply.Event, reply.Planned), token);
                }

                if (client.IsJson(parsed))
                {
                    ClientOptions.WriteJson(planned);
                }
                else
                {
                    PlanText.Write(planned);
                }

                return planned.Objects.Any(item => item.Action == PlanText.Refused) ? ExitCode.Environment : ExitCode.Proven;
            });
        });
        return command;
    }
}
