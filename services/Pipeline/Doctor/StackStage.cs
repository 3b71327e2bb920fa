using TempoCos.Contracts;
using TempoCos.Pipeline.Runs;

namespace TempoCos.Pipeline.Doctor;

/// <summary>
/// The doctor on a run's own TempoStack, when traces have been sent and nothing has been disturbed yet. What it finds stands in the receipt beside the ladder's
/// verdict and does not change it: whether the traces are there, the ladder shows by itself.
/// </summary>
internal sealed class StackStage(TempoStackDeployer.TempoStackDeployerClient deployer)
{
    public async Task RunAsync(RunRecord run, Action<RunReply> publish, CancellationToken cancellationToken)
    {
        var deployed = run.Deployed!;
        var request = new DiagnoseStackRequest { RunId = run.RunId, Namespace = deployed.Namespace, Name = deployed.Name, Kind = deployed.Kind, Ignore = { run.Request.Ignore } };
        try
        {
            await ServiceStream.ReadAsync(
                deployer.Diagnose(request, cancellationToken: cancellationToken), "tempostack-deployer",
                reply =>
                {
                    if (reply.Check is { } check)
                    {
                        publish(new RunReply { Check = check });
                    }

                    return publish.Take(reply.Event, reply.Diagnosed);
                },
                cancellationToken);
        }
        catch (DiagnosticException refused)
        {
            publish(new RunReply { Event = new StageEvent { RunId = run.RunId, Stage = "doctor", Step = "facts", State = StepState.Skipped, Message = $"The TempoStack was not examined: {refused.Code}: {refused.Reason}" } });
        }
    }
}
