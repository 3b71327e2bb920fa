using System.Diagnostics;

namespace Aspire.Hosting.Dcp;

/// <summary>A running DCP. It watches this process, and ends every child when this process is gone.</summary>
internal sealed class DcpProcess(DcpClient client, string session) : IAsyncDisposable
{
    private const int MostStarts = 3;
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AnswerDeadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(30);

    public DcpClient Client => client;

    /// <summary>
    /// Starts DCP. It chooses its port before it listens there: on a busy machine somebody else may have it by then, and DCP ends without a word. Then it is started
    /// again, a few times.
    /// </summary>
    public static async Task<DcpProcess> StartAsync(AspireBundle bundle, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StartDeadline);
        var errors = new System.Text.StringBuilder();
        try
        {
            for (var start = 1; start <= MostStarts; start++)
            {
                if (await StartOnceAsync(bundle, errors, deadline.Token) is { } dcp)
                {
                    return dcp;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DistributedApplicationException($"{bundle.Dcp} did not answer within {StartDeadline.TotalSeconds} s: {Said(errors)}");
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new DistributedApplicationException($"{bundle.Dcp} cannot be started: {exception.Message}", exception);
        }

        throw new DistributedApplicationException(
            $"{bundle.Dcp} has ended {MostStarts} times before it answered: {Said(errors)} Run `{bundle.Dcp} start-apiserver` to see why.");
    }

    /// <summary>A DCP that answers; null when it has ended before it did.</summary>
    private static async Task<DcpProcess?> StartOnceAsync(AspireBundle bundle, System.Text.StringBuilder errors, CancellationToken cancellationToken)
    {
        var session = CreateSession();
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
        if (!OperatingSystem.IsWindows() && !(start.Environment.TryGetValue("HOME", out var home) && CanRemember(home)))
        {
            start.Environment["HOME"] = session;
        }

        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
            {
                errors.AppendLine(line.Data);
            }
        };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();

        for (; ; await Task.Delay(25, cancellationToken))
        {
            if (process.HasExited && process.ExitCode != 0)
            {
                throw new DistributedApplicationException($"{bundle.Dcp} ended with exit code {process.ExitCode}: {Said(errors)}");
            }

            if (!Directory.Exists(session))
            {
                return null; // DCP deletes it as it ends.
            }

            if (TryConnect(kubeconfig) is { } client)
            {
                if (await AnswersAsync(client, cancellationToken))
                {
                    return new DcpProcess(client, session);
                }

                client.Dispose();
            }
        }
    }

    /// <summary>Whoever has taken DCP's port may say nothing at all.</summary>
    private static async Task<bool> AnswersAsync(DcpClient client, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(AnswerDeadline);
        try
        {
            return await client.GetStatusAsync(deadline.Token) is not null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static string Said(System.Text.StringBuilder errors)
    {
        lock (errors)
        {
            return string.Join(' ', errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }
    }

    /// <summary>DCP remembers what all of a user's are to know below the home directory, and does not start where it cannot.</summary>
    private static bool CanRemember(string? home)
    {
        try
        {
            var folder = Path.Combine(home ?? "", ".dcp");
            Directory.CreateDirectory(folder);
            using var probe = new FileStream(Path.Combine(folder, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string CreateSession()
    {
        try
        {
            return Directory.CreateTempSubdirectory("aspire-dcp-").FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"No directory can be made in {Path.GetTempPath()}: {exception.Message} Name a writable directory in TMPDIR.", exception);
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
