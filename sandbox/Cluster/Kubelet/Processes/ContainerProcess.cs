using System.Diagnostics;
using TempoCos.Cluster.Kubelet.Containers;
using TempoCos.Cluster.Kubelet.Limits;
using TempoCos.Cluster.Kubelet.Logs;

namespace TempoCos.Cluster.Kubelet.Processes;

/// <summary>One run of a container as a process of this machine, whose output goes to a log.</summary>
public sealed class ContainerProcess : IContainerRun
{
    private const int LongestOutput = 10 << 10;
    private static readonly TimeSpan OutputPatience = TimeSpan.FromMilliseconds(500);

    private readonly Process process;
    private readonly ProcessPlan plan;
    private readonly ProcessStarter starter;
    private readonly ContainerLog log;
    private readonly ProcessLedger ledger;
    private readonly CancellationTokenSource over = new();

    private ContainerProcess(Process process, ProcessPlan plan, ProcessStarter starter, ContainerLog log, ProcessLedger ledger)
    {
        (this.process, this.plan, this.starter, this.log, this.ledger) = (process, plan, starter, log, ledger);
        Exit = AttendAsync();
    }

    public string Id => $"process://{process.Id}";

    public Task<ContainerExit> Exit { get; }

    /// <exception cref="ContainerException">The program cannot be started.</exception>
    public static ContainerProcess Start(ProcessPlan plan, ProcessStarter starter, ContainerLog log, ProcessLedger ledger, string container)
    {
        var process = starter.Start(plan);
        ledger.Add(process, container);
        return new ContainerProcess(process, plan, starter, log, ledger);
    }

    public Task TerminateAsync()
    {
        UnixSignal.Terminate(process);
        return Task.CompletedTask;
    }

    public Task KillAsync()
    {
        UnixSignal.Kill(process);
        KillOthers();
        return Task.CompletedTask;
    }

    public async Task<CommandResult> ExecuteAsync(IReadOnlyList<string> command, CancellationToken cancellation)
    {
        using var started = starter.Start(plan with { Command = [.. command.Select(plan.Adapt)] });
        var output = new BoundedText(LongestOutput);
        var reading = Task.WhenAll(output.ReadAsync(started.StandardOutput), output.ReadAsync(started.StandardError));
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, over.Token);
            await started.WaitForExitAsync(either.Token);
            await Task.WhenAny(reading, Task.Delay(OutputPatience, CancellationToken.None));
            return new CommandResult(started.ExitCode, output.ToString());
        }
        finally
        {
            UnixSignal.Kill(started);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!Exit.IsCompleted)
        {
            await KillAsync();
            await Exit;
        }

        if (plan.Group is { } group)
        {
            await group.DisposeAsync();
        }

        ledger.Remove(process.Id);
        log.Dispose();
        process.Dispose();
        over.Dispose();
    }

    private async Task<ContainerExit> AttendAsync()
    {
        var output = Task.WhenAll(OutputReader.CopyAsync(process.StandardOutput.BaseStream, log, "stdout"), OutputReader.CopyAsync(process.StandardError.BaseStream, log, "stderr"));
        var watching = plan.Group is null && plan.MemoryLimit is { } limit ? WatchAsync(limit) : Task.FromResult(false);
        await WaitAsync();
        await over.CancelAsync();

        // Its other processes end with the first one, as in a container; whoever escaped that does not hold the log open for long.
        KillOthers();
        await Task.WhenAny(output, Task.Delay(OutputPatience));
        return new ContainerExit(process.ExitCode, await watching || (process.ExitCode != 0 && plan.Group?.RanOutOfMemory() == true));
    }

    private async Task WaitAsync()
    {
        // Process.WaitForExitAsync also waits for redirected output to end, which a grandchild may hold open.
        var exited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.Exited += (_, _) => exited.TrySetResult();
        if (process.HasExited)
        {
            return;
        }

        await exited.Task;
    }

    private async Task<bool> WatchAsync(long limit)
    {
        if (!await MemoryWatch.ExceedsAsync(process, limit, over.Token))
        {
            return false;
        }

        UnixSignal.Kill(process);
        return true;
    }

    private void KillOthers()
    {
        UnixSignal.KillGroup(process.Id);
        foreach (var pid in plan.Group?.Processes() ?? [])
        {
            UnixSignal.Kill(pid);
        }
    }
}
