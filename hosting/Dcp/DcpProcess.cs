using System.Diagnostics;

namespace Aspire.Hosting.Dcp;

/// <summary>A running DCP. It watches this process, and ends every child when this process is gone.</summary>
internal sealed class DcpProcess(DcpClient client, string session) : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(30);

    public DcpClient Client => client;

    public static async Task<DcpProcess> StartAsync(AspireBundle bundle, CancellationToken cancellationToken)
    {
        var session = Directory.CreateTempSubdirectory("aspire-dcp-").FullName;
        var kubeconfig = Path.Combine(session, "kubeconfig");
        var start = new ProcessStartInfo(bundle.Dcp, ["start-apiserver", "--monitor", $"{Environment.ProcessId}", "--detach", "--kubeconfig", kubeconfig])
        {
            WorkingDirectory = session,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in AmbientVariables.Current())
        {
            start.Environment[name] = value;
        }

        start.Environment["DCP_SESSION_FOLDER"] = session;
        try
        {
            using var process = Process.Start(start)!;
            var errors = new System.Text.StringBuilder();
            process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
            process.OutputDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            process.BeginOutputReadLine();
            for (var elapsed = Stopwatch.StartNew(); elapsed.Elapsed < StartDeadline; await Task.Delay(25, cancellationToken))
            {
                if (process.HasExited && process.ExitCode != 0)
                {
                    throw new DistributedApplicationException($"{bundle.Dcp} ended with exit code {process.ExitCode}: {errors.ToString().Trim()}");
                }

                if (TryConnect(kubeconfig) is { } client)
                {
                    if (await client.GetStatusAsync(cancellationToken) is not null)
                    {
                        return new DcpProcess(client, session);
                    }

                    client.Dispose();
                }
            }

            throw new DistributedApplicationException($"{bundle.Dcp} did not answer within {StartDeadline.TotalSeconds} s: {errors.ToString().Trim()}");
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new DistributedApplicationException($"{bundle.Dcp} cannot be started: {exception.Message}", exception);
        }
    }

    /// <summary>Ends every process and DCP, and waits until they are gone. DCP deletes its session folder itself.</summary>
    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(StopDeadline);
        var processes = Process.GetProcessesByName("dcp").Where(IsOurs).ToList();
        try
        {
            await client.ShutDownAsync(deadline.Token);
            await Task.WhenAll(processes.Select(process => process.WaitForExitAsync(deadline.Token)));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            // DCP is gone already, or still at it: it goes on by itself.
        }

        client.Dispose();
    }

    /// <summary>DCP detaches itself, so that Ctrl-C does not reach it; Linux tells which processes are it.</summary>
    private bool IsOurs(Process process)
    {
        try
        {
            return OperatingSystem.IsLinux() && File.ReadAllText($"/proc/{process.Id}/cmdline").Contains(session, StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // Gone meanwhile, or somebody else's.
        }
    }

    private static DcpClient? TryConnect(string kubeconfig)
    {
        try
        {
            return File.Exists(kubeconfig) ? new DcpClient(File.ReadAllText(kubeconfig)) : null;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            return null; // Half written.
        }
    }
}
