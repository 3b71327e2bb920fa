using System.Text.RegularExpressions;
using Grpc.Core;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Changes;
using TempoCos.TempoStackDeployer.Diagnosis;
using TempoCos.TempoStackDeployer.Disturbances;
using TempoCos.TempoStackDeployer.Ledgers;
using TempoCos.TempoStackDeployer.Plans;

namespace TempoCos.TempoStackDeployer;

/// <summary>The gRPC face of the service.</summary>
internal sealed partial class DeployerService(
    StackDeployment deployment,
    StackRemoval removal,
    IngesterLoss loss,
    RetentionChange retention,
    StackRestart restart,
    StackPlan plan,
    StackChange change,
    StackDiagnosis diagnosis,
    LedgerDirectory ledgers,
    RunGates gates,
    IHostApplicationLifetime lifetime,
    TimeProvider time)
    : Contracts.TempoStackDeployer.TempoStackDeployerBase
{
    public override Task Check(DeployRequest request, IServerStreamWriter<CheckReply> responseStream, ServerCallContext context) => RunAsync(
        request.RunId, "check", alone: false, responseStream, context,
        (stage, ending) => deployment.CheckAsync(request, stage, ending), @event => new() { Event = @event }, found => new() { Checked = found });

    public override Task Plan(PlanRequest request, IServerStreamWriter<PlanReply> responseStream, ServerCallContext context) => RunAsync(
        request.Deploy.RunId, "plan", alone: false, responseStream, context,
        (stage, ending) => plan.PlanAsync(request, stage, ending), @event => new() { Event = @event }, planned => new() { Planned = planned });

    public override Task Deploy(DeployRequest request, IServerStreamWriter<DeployReply> responseStream, ServerCallContext context) => RunAsync(
        request.RunId, "deploy", alone: true, responseStream, context,
        (stage, ending) => deployment.DeployAsync(request, stage, ending), @event => new() { Event = @event }, deployed => new() { Deployed = deployed });

    public override Task LoseIngesters(LoseIngestersRequest request, IServerStreamWriter<LoseIngestersReply> responseStream, ServerCallContext context) => RunAsync(
        request.RunId, "disturb", alone: true, responseStream, context,
        (stage, ending) => loss.LoseAsync(request, stage, ending), @event => new() { Event = @event }, lost => new() { Lost = lost });

    public override Task ShortenRetention(ShortenRetentionRequest request, IServerStreamWriter<ShortenRetentionReply> responseStream, ServerCallContext context) => RunAsync(
        request.RunId, "disturb", alone: true, responseStream, context,
        (stage, ending) => retention.ShortenAsync(request, stage, ending), @event => new() { Event = @event }, shortened => new() { Shortened = shortened });

    public override Task Restart(RestartRequest request, IServerStreamWriter<RestartReply> responseStream, ServerCallContext context) => RunAsync(
        request.RunId, "rotate", alone: true, responseStream, context,
        (stage, ending) => restart.RestartAsync(request, stage, ending), @event => new() { Event = @event }, restarted => new() { Restarted = restarted });

    public override Task Change(ChangeRequest request, IServerStreamWriter<ChangeReply> responseStream, ServerCallContext context) => RunAsync(
        request.RunId, "change", alone: true, responseStream, context,
        (stage, ending) => change.ChangeAsync(request, stage, ending), @event => new() { Event = @event }, changed => new() { Changed = changed });

    public override Task Diagnose(DiagnoseStackRequest request, IServerStreamWriter<DiagnoseStackReply> responseStream, ServerCallContext context) => RunAsync(
        request.RunId.Length > 0 ? request.RunId : null, "doctor", alone: false, responseStream, context,
        (stage, ending) => diagnosis.DiagnoseAsync(request, stage, check => WriteAsync(responseStream, new DiagnoseStackReply { Check = check }, context), ending),
        @event => new() { Event = @event }, diagnosed => new() { Diagnosed = diagnosed });

    public override Task Undeploy(UndeployRequest request, IServerStreamWriter<UndeployReply> responseStream, ServerCallContext context) => RunAsync(
        request.RunId, "cleanup", alone: true, responseStream, context,
        (stage, ending) => removal.UndeployAsync(request.RunId, stage, ending), @event => new() { Event = @event }, undeployed => new() { Undeployed = undeployed });

    public override Task<ListLedgersReply> ListLedgers(ListLedgersRequest request, ServerCallContext context)
    {
        var reply = new ListLedgersReply();
        reply.Ledgers.AddRange(
            from ledger in ledgers.List()
            let outstanding = ledger.Outstanding()
            where outstanding.Count > 0
            select new Ledger { RunId = ledger.RunId, Entries = { outstanding.Select(line => line.ToEntry()) } });
        return Task.FromResult(reply);
    }

    /// <summary>One stage of a run: its events as they come, and at last what came of it.</summary>
    /// <param name="runId">Of the run; null without one.</param>
    /// <param name="name">Of the stage.</param>
    /// <param name="alone">Whether nothing else may be done to the run meanwhile.</param>
    /// <param name="replies">Takes both.</param>
    /// <param name="context">Of the call.</param>
    /// <param name="work">What is to be done, until the caller goes or the service stops.</param>
    /// <param name="tell">An event as a reply.</param>
    /// <param name="conclude">The result as a reply.</param>
    private async Task RunAsync<TReply, TResult>(
        string? runId,
        string name,
        bool alone,
        IServerStreamWriter<TReply> replies,
        ServerCallContext context,
        Func<StageReporter, CancellationToken, Task<TResult>> work,
        Func<StageEvent, TReply> tell,
        Func<TResult, TReply> conclude)
    {
        if (runId is not null)
        {
            CheckRunId(runId);
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var pass = alone ? await gates.EnterAsync(runId!, ending.Token) : null;
        using var stage = new StageReporter(runId ?? "", name, Telemetry.Source, time, @event => WriteAsync(replies, tell(@event), context));
        TResult result;
        try
        {
            result = await work(stage, ending.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The service is stopping; the ledger knows what the run has made."));
        }

        await replies.WriteAsync(conclude(result), context.CancellationToken);
    }

    /// <summary>Events go nowhere once the caller has gone; the work they tell of still has to end in order.</summary>
    private static async Task WriteAsync<T>(IServerStreamWriter<T> stream, T message, ServerCallContext context)
    {
        if (context.CancellationToken.IsCancellationRequested)
        {
            return;
        }

        try
        {
            await stream.WriteAsync(message, context.CancellationToken);
        }
        catch (Exception exception) when (exception is OperationCanceledException or InvalidOperationException or IOException
            && context.CancellationToken.IsCancellationRequested)
        {
            return;
        }
    }

    private static void CheckRunId(string runId)
    {
        if (!RunIdPattern().IsMatch(runId))
        {
            throw new DiagnosticException(
                Codes.RunId, runId.Length == 0 ? "(empty)" : runId, "A run id is 1 to 40 characters of a-z, 0-9 and '-', beginning and ending with a letter or digit",
                "Give a run id such as r3k9x0a2bq.");
        }
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex RunIdPattern();
}
