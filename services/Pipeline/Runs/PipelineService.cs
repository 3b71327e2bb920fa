using Grpc.Core;
using TempoCos.Contracts;
using TempoCos.Pipeline.Connection;

namespace TempoCos.Pipeline.Runs;

/// <summary>The contract of libraries/Contracts over the coordinator. A caller that goes away interrupts its run.</summary>
internal sealed class PipelineService(RunCoordinator coordinator, Scenario scenario) : Contracts.Pipeline.PipelineBase
{
    private const string Deployer = "tempostack-deployer";

    public override Task Run(RunRequest request, IServerStreamWriter<RunReply> responseStream, ServerCallContext context) =>
        FollowAsync(coordinator.StartRun(request), responseStream, context);

    public override Task Destroy(DestroyRequest request, IServerStreamWriter<RunReply> responseStream, ServerCallContext context) =>
        FollowAsync(coordinator.StartDestroy(request.RunIds), responseStream, context);

    public override Task Sweep(SweepRequest request, IServerStreamWriter<RunReply> responseStream, ServerCallContext context) =>
        FollowAsync(coordinator.StartSweep(request), responseStream, context);

    public override Task<ListLeaksReply> ListLeaks(ListLeaksRequest request, ServerCallContext context) =>
        ServiceCall.OrDiagnosticAsync(() => scenario.ListLeaksAsync(request.Prefix, context.CancellationToken), "cos-provisioner", context.CancellationToken);

    public override Task<CancelReply> Cancel(CancelRequest request, ServerCallContext context) =>
        Task.FromResult(new CancelReply { RunIds = { coordinator.Interrupt(request.RunId) } });

    public override Task<StatusReply> GetStatus(StatusRequest request, ServerCallContext context) => coordinator.StatusAsync(context.CancellationToken);

    public override async Task Diagnose(DiagnoseRequest request, IServerStreamWriter<DiagnoseReply> responseStream, ServerCallContext context)
    {
        using var call = scenario.Diagnose(request, context.CancellationToken);
        await ForwardAsync(call, "cos-provisioner", responseStream, context);
    }

    public override async Task Plan(PlanRunRequest request, IServerStreamWriter<PlanReply> responseStream, ServerCallContext context)
    {
        using var call = await scenario.PlanAsync(request, RunId.OrDraw(request.Run?.RunId), context.CancellationToken);
        await ForwardAsync(call, Deployer, responseStream, context);
    }

    public override async Task Change(ChangeRequest request, IServerStreamWriter<ChangeReply> responseStream, ServerCallContext context)
    {
        using var call = scenario.Change(coordinator.CompleteChange(request), context.CancellationToken);
        await ForwardAsync(call, Deployer, responseStream, context);
    }

    public override async Task DiagnoseStack(DiagnoseStackRequest request, IServerStreamWriter<DiagnoseStackReply> responseStream, ServerCallContext context)
    {
        using var call = scenario.DiagnoseStack(request, context.CancellationToken);
        await ForwardAsync(call, Deployer, responseStream, context);
    }

    private static async Task ForwardAsync<T>(AsyncServerStreamingCall<T> call, string service, IServerStreamWriter<T> responseStream, ServerCallContext context)
    {
        try
        {
            await foreach (var reply in call.ResponseStream.ReadAllAsync(context.CancellationToken))
            {
                await responseStream.WriteAsync(reply, context.CancellationToken);
            }
        }
        catch (RpcException exception) when (!context.CancellationToken.IsCancellationRequested)
        {
            throw ServiceFailure.Translate(exception, service);
        }
    }

    private static async Task FollowAsync(ActiveRun run, IServerStreamWriter<RunReply> responseStream, ServerCallContext context)
    {
        using var scope = run;
        await using var gone = context.CancellationToken.Register(run.Interrupt);
        var listens = true;
        await foreach (var reply in run.Replies)
        {
            listens = listens && !context.CancellationToken.IsCancellationRequested && await TellAsync(run, responseStream, reply);
        }
    }

    /// <summary>False: the caller has gone, and so the run ends. It is followed to its end all the same, which is after its clean-up.</summary>
    private static async Task<bool> TellAsync(ActiveRun run, IServerStreamWriter<RunReply> responseStream, RunReply reply)
    {
        try
        {
            await responseStream.WriteAsync(reply);
            return true;
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or OperationCanceledException or RpcException)
        {
            run.Interrupt();
            return false;
        }
    }
}
