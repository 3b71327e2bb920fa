using Grpc.Core;
using TempoCos.Contracts;
using TempoCos.Pipeline.Commands;
using TempoCos.Pipeline.Display;

namespace TempoCos.Pipeline.Connection;

/// <summary>Shows the stream of a run to its end.</summary>
internal static class RunStream
{
    public static async Task<int> ShowAsync(Contracts.Pipeline.PipelineClient pipeline, IAsyncStreamReader<RunReply> replies, IRunDisplay display, CancellationToken interrupted)
    {
        await using var scope = display;
        var runId = "";
        // The stream itself outlives the interruption: the run's clean-up is still to be seen.
        await using var cancel = interrupted.Register(() => _ = CancelAsync());
        while (await replies.MoveNext(CancellationToken.None))
        {
            var reply = replies.Current;
            runId = reply.Event?.RunId is { Length: > 0 } id ? id : runId;
            display.Show(reply);
            if (reply.Finished is { } finished)
            {
                return finished.ExitCode;
            }
        }

        return ExitCode.Environment;

        async Task CancelAsync()
        {
            display.Say("interrupted: removing what the run made (again to leave it to 'tempocos destroy')");
            try
            {
                await pipeline.CancelAsync(new CancelRequest { RunId = runId }, deadline: DateTime.UtcNow.AddSeconds(10), cancellationToken: CancellationToken.None);
            }
            catch (RpcException exception)
            {
                display.Say($"the pipeline did not take the interruption: {exception.Status.Detail}");
            }
        }
    }
}
