using System.ComponentModel;
using System.Diagnostics;
using TempoCos.Cluster.Kubelet.Containers;
using TempoCos.Cluster.Kubelet.Logs;

namespace TempoCos.Cluster.Kubelet.Processes;

/// <summary>One run of a container: a process whose output goes to a log.</summary>
public sealed class ContainerProcess : IDisposable
{
    private static readonly TimeSpan OutputPatience = TimeSpan.FromMilliseconds(500);

    private readonly Process process;
    private readonly ContainerLog log;
    private readonly ProcessLedger ledger;
    private readonly TaskCompletionSource exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource outputEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int openStreams = 2;

    private ContainerProcess(Process process, ContainerLog log, ProcessLedger ledger)
    {
        this.process = process;
        this.log = log;
        this.ledger = ledger;
    }

    public int Id => process.Id;

    public static ContainerProcess Start(ProcessStartInfo start, ContainerLog log, ProcessLedger ledger, string container)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var running = new ContainerProcess(process, log, ledger);
        process.Exited += (_, _) => running.exited.TrySetResult();
        process.OutputDataReceived += (_, line) => running.Received("stdout", line.Data);
        process.ErrorDataReceived += (_, line) => running.Received("stderr", line.Data);
        try
        {
            process.Start();
        }
        catch (Exception problem) when (problem is Win32Exception or IOException)
        {
            process.Dispose();
            throw new ContainerException("RunContainerError", $"{start.FileName} cannot be started: {problem.Message}");
        }

        ledger.Add(process, container);
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return running;
    }

    /// <summary>The exit code, once the process has ended and its output is read; whoever inherited the output does not hold it up.</summary>
    public async Task<int> WaitAsync(CancellationToken cancellation)
    {
        await exited.Task.WaitAsync(cancellation);
        await Task.WhenAny(outputEnded.Task, Task.Delay(OutputPatience, CancellationToken.None));
        return process.ExitCode;
    }

    /// <summary>SIGTERM, and SIGKILL when the grace is over.</summary>
    public async Task<int> EndAsync(CancellationToken graceOver)
    {
        UnixSignal.Terminate(process);
        await exited.Task.WaitAsync(graceOver).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!exited.Task.IsCompleted)
        {
            UnixSignal.Kill(process);
        }

        return await WaitAsync(CancellationToken.None);
    }

    public void Dispose()
    {
        ledger.Remove(process.Id);
        log.Dispose();
        process.Dispose();
    }

    private void Received(string stream, string? line)
    {
        if (line is not null)
        {
            log.Append(stream, line);
        }
        else if (Interlocked.Decrement(ref openStreams) == 0)
        {
            outputEnded.TrySetResult();
        }
    }
}
