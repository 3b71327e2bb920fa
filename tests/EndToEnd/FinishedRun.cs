using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using TempoCos.Contracts;

namespace TempoCos.EndToEnd.Tests;

/// <summary>What the pipeline answers to a caller of its own contract, from the first step to the verdict.</summary>
public sealed record FinishedRun(RunFinished Finished, IReadOnlyList<RungResult> Rungs, IReadOnlyList<StageEvent> Steps)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

    /// <summary>The receipt.</summary>
    public JsonElement Receipt => JsonDocument.Parse(Finished.ReceiptJson).RootElement;

    public static async Task<FinishedRun> RunAsync(RunningAppHost apphost, RunRequest request, Func<StageEvent, Task>? onStep = null)
    {
        using var channel = GrpcChannel.ForAddress(apphost.Grpc("pipeline"));
        using var call = new Contracts.Pipeline.PipelineClient(channel).Run(request, deadline: DateTime.UtcNow + Limit, cancellationToken: TestContext.Current.CancellationToken);
        return await ReadAsync(call, onStep);
    }

    public static async Task<FinishedRun> DestroyAsync(RunningAppHost apphost, string runId)
    {
        using var channel = GrpcChannel.ForAddress(apphost.Grpc("pipeline"));
        using var call = new Contracts.Pipeline.PipelineClient(channel).Destroy(
            new DestroyRequest { RunIds = { runId } }, deadline: DateTime.UtcNow + Limit, cancellationToken: TestContext.Current.CancellationToken);
        return await ReadAsync(call, null);
    }

    private static async Task<FinishedRun> ReadAsync(AsyncServerStreamingCall<RunReply> call, Func<StageEvent, Task>? onStep)
    {
        var rungs = new List<RungResult>();
        var steps = new List<StageEvent>();
        RunFinished? finished = null;
        await foreach (var reply in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            finished = reply.Finished ?? finished;
            if (reply.Rung is { } rung)
            {
                rungs.Add(rung);
            }

            if (reply.Event is { } step)
            {
                steps.Add(step);
                await (onStep?.Invoke(step) ?? Task.CompletedTask);
            }
        }

        return new FinishedRun(finished.ShouldNotBeNull($"the stream ended after {steps.LastOrDefault()}"), rungs, steps);
    }
}
