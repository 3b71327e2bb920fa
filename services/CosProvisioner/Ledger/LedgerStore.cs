using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;

namespace TempoCos.CosProvisioner.Ledger;

/// <summary>The ledgers of all runs, each in its run's directory below the home; one call at a time works on a run.</summary>
internal sealed class LedgerStore(IOptionsMonitor<HomeOptions> options, TimeProvider time)
{
    private const string FileName = "ledger-cos-provisioner.ndjson";
    private const string LockName = "ledger-cos-provisioner.lock";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _busy = new(StringComparer.Ordinal);

    private string Runs => Path.GetFullPath(Path.Combine(options.CurrentValue.Home, "runs"));

    /// <summary>Waits for a call that is ending, such as a cancelled one; the lease gives the run back when it is disposed of.</summary>
    public async Task<LedgerLease> OpenAsync(string runId, CancellationToken cancellationToken)
    {
        var gate = _busy.GetOrAdd(runId, _ => new SemaphoreSlim(1, 1));
        if (!await gate.WaitAsync(Patience, cancellationToken))
        {
            throw Busy(runId);
        }

        try
        {
            return OpenFiles(runId, gate);
        }
        catch
        {
            gate.Release();
            throw;
        }
    }

    public bool Exists(string runId) => File.Exists(PathOf(runId));

    /// <summary>Runs that have something left, with what it is.</summary>
    public IReadOnlyList<(string RunId, IReadOnlyList<LedgerItem> Items)> ReadAll()
    {
        if (!Directory.Exists(Runs))
        {
            return [];
        }

        return
        [
            .. Directory.EnumerateDirectories(Runs)
                .Select(directory => Path.GetFileName(directory))
                .Where(Exists)
                .Order(StringComparer.Ordinal)
                .Select(runId => (runId, RunLedger.Read(PathOf(runId))))
                .Where(run => run.Item2.Count > 0),
        ];
    }

    private LedgerLease OpenFiles(string runId, SemaphoreSlim gate)
    {
        var directory = Path.Combine(Runs, runId);
        FileStream? lockFile = null;
        try
        {
            var isNew = !File.Exists(PathOf(runId));
            CreatePrivateDirectory(directory);
            lockFile = new FileStream(Path.Combine(directory, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var ledger = RunLedger.Open(PathOf(runId), time);
            if (isNew)
            {
                DirectorySync.Flush(directory);
                DirectorySync.Flush(Runs);
                DirectorySync.Flush(Path.GetDirectoryName(Runs)!);
            }

            return new LedgerLease(ledger, lockFile, gate);
        }
        catch (IOException exception) when (IsSharingViolation(exception))
        {
            throw Busy(runId, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            lockFile?.Dispose();
            throw new DiagnosticException(
                DiagnosticCode.HomeUnusable,
                directory,
                $"the state directory cannot be written, and nothing is made without a ledger in it: {exception.Message.TrimEnd('.')}",
                "Set TempoCos__Home to a directory that you can write.",
                exception);
        }
    }

    private string PathOf(string runId) => Path.Combine(Runs, runId, FileName);

    private static void CreatePrivateDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    // ERROR_SHARING_VIOLATION, and EWOULDBLOCK as .NET reports it from flock.
    private static bool IsSharingViolation(IOException exception) => (exception.HResult & 0xFFFF) is 32 or 11 or 35;

    private static DiagnosticException Busy(string runId, Exception? inner = null) => new(
        DiagnosticCode.RunBusy,
        runId,
        "another call or process is at work on this run",
        "Wait until it has ended, or cancel it, and ask again.",
        inner);
}
