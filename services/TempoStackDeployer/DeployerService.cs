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
    public override async Task Check(DeployRequest request, IServerStreamWriter<CheckReply> responseStream, ServerCallContext context)
    {
        CheckRunId(request.RunId);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var stage = new StageReporter(
            request.RunId, "check", Telemetry.Source, time, @event => WriteAsync(responseStream, new CheckReply { Event = @event }, context));
        var found = await UnlessStoppingAsync(() => deployment.CheckAsync(request, stage, ending.Token), context);
        await responseStream.WriteAsync(new CheckReply { Checked = found }, context.CancellationToken);
    }

    public override async Task Deploy(DeployRequest request, IServerStreamWriter<DeployReply> responseStream, ServerCallContext context)
    {
        CheckRunId(request.RunId);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var pass = await gates.EnterAsync(request.RunId, ending.Token);
        using var stage = new StageReporter(
            request.RunId, "deploy", Telemetry.Source, time, @event => WriteAsync(responseStream, new DeployReply { Event = @event }, context));
        var deployed = await UnlessStoppingAsync(() => deployment.DeployAsync(request, stage, ending.Token), context);
        await responseStream.WriteAsync(new DeployReply { Deployed = deployed }, context.CancellationToken);
    }

    public override async Task LoseIngesters(LoseIngestersRequest request, IServerStreamWriter<LoseIngestersReply> responseStream, ServerCallContext context)
    {
        CheckRunId(request.RunId);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var pass = await gates.EnterAsync(request.RunId, ending.Token);
        using var stage = new StageReporter(
            request.RunId, "disturb", Telemetry.Source, time, @event => WriteAsync(responseStream, new LoseIngestersReply { Event = @event }, context));
        var lost = await UnlessStoppingAsync(() => loss.LoseAsync(request, stage, ending.Token), context);
        await responseStream.WriteAsync(new LoseIngestersReply { Lost = lost }, context.CancellationToken);
    }

    public override async Task ShortenRetention(ShortenRetentionRequest request, IServerStreamWriter<ShortenRetentionReply> responseStream, ServerCallContext context)
    {
        CheckRunId(request.RunId);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var pass = await gates.EnterAsync(request.RunId, ending.Token);
        using var stage = new StageReporter(
            request.RunId, "disturb", Telemetry.Source, time, @event => WriteAsync(responseStream, new ShortenRetentionReply { Event = @event }, context));
        var shortened = await UnlessStoppingAsync(() => retention.ShortenAsync(request, stage, ending.Token), context);
        await responseStream.WriteAsync(new ShortenRetentionReply { Shortened = shortened }, context.CancellationToken);
    }

    public override async Task Restart(RestartRequest request, IServerStreamWriter<RestartReply> responseStream, ServerCallContext context)
    {
        CheckRunId(request.RunId);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var pass = await gates.EnterAsync(request.RunId, ending.Token);
        using var stage = new StageReporter(
            request.RunId, "rotate", Telemetry.Source, time, @event => WriteAsync(responseStream, new RestartReply { Event = @event }, context));
        var restarted = await UnlessStoppingAsync(() => restart.RestartAsync(request, stage, ending.Token), context);
        await responseStream.WriteAsync(new RestartReply { Restarted = restarted }, context.CancellationToken);
    }

    public override async Task Plan(PlanRequest request, IServerStreamWriter<PlanReply> responseStream, ServerCallContext context)
    {
        CheckRunId(request.Deploy.RunId);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var stage = new StageReporter(
            request.Deploy.RunId, "plan", Telemetry.Source, time, @event => WriteAsync(responseStream, new PlanReply { Event = @event }, context));
        var planned = await UnlessStoppingAsync(() => plan.PlanAsync(request, stage, ending.Token), context);
        await responseStream.WriteAsync(new PlanReply { Planned = planned }, context.CancellationToken);
    }

    public override async Task Change(ChangeRequest request, IServerStreamWriter<ChangeReply> responseStream, ServerCallContext context)
    {
        CheckRunId(request.RunId);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var pass = await gates.EnterAsync(request.RunId, ending.Token);
        using var stage = new StageReporter(
            request.RunId, "change", Telemetry.Source, time, @event => WriteAsync(responseStream, new ChangeReply { Event = @event }, context));
        var changed = await UnlessStoppingAsync(() => change.ChangeAsync(request, stage, ending.Token), context);
        await responseStream.WriteAsync(new ChangeReply { Changed = changed }, context.CancellationToken);
    }

    public override async Task Diagnose(DiagnoseStackRequest request, IServerStreamWriter<DiagnoseStackReply> responseStream, ServerCallContext context)
    {
        if (request.RunId.Length > 0)
        {
            CheckRunId(request.RunId);
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var stage = new StageReporter(
            request.RunId, "doctor", Telemetry.Source, time, @event => WriteAsync(responseStream, new DiagnoseStackReply { Event = @event }, context));
        var diagnosed = await UnlessStoppingAsync(
            () => diagnosis.DiagnoseAsync(request, stage, check => WriteAsync(responseStream, new DiagnoseStackReply { Check = check }, context), ending.Token), context);
        await responseStream.WriteAsync(new DiagnoseStackReply { Diagnosed = diagnosed }, context.CancellationToken);
    }

    public override async Task Undeploy(UndeployRequest request, IServerStreamWriter<UndeployReply> responseStream, ServerCallContext context)
    {
        CheckRunId(request.RunId);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var pass = await gates.EnterAsync(request.RunId, ending.Token);
        using var stage = new StageReporter(
            request.RunId, "cleanup", Telemetry.Source, time, @event => WriteAsync(responseStream, new UndeployReply { Event = @event }, context));
        var undeployed = await UnlessStoppingAsync(() => removal.UndeployAsync(request.RunId, stage, ending.Token), context);
        await responseStream.WriteAsync(new UndeployReply { Undeployed = undeployed }, context.CancellationToken);
    }

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

    private async Task<T> UnlessStoppingAsync<T>(Func<Task<T>> work, ServerCallContext context)
    {
        try
        {
            return await work();
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The service is stopping; the ledger knows what the run has made."));
        }
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
