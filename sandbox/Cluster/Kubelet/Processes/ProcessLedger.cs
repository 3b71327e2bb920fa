using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TempoCos.Cluster.Startup;

namespace TempoCos.Cluster.Kubelet.Processes;

/// <summary>The processes that run, on disk, so that a cluster that was killed ends exactly its own when it starts again.</summary>
public sealed partial class ProcessLedger(DataDirectory data, DeathWatch watch, ILogger<ProcessLedger> logger)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private string Folder => data.Folder("processes");

    public void Add(Process process, string container)
    {
        watch.Add(process.Id);
        try
        {
            var record = new ProcessRecord(process.Id, process.StartTime.ToUniversalTime(), container);
            File.WriteAllText(PathOf(process.Id), JsonSerializer.Serialize(record));
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }

    public void Remove(int pid)
    {
        watch.Remove(pid);
        File.Delete(PathOf(pid));
    }

    /// <summary>Ends what an earlier cluster with this data directory left behind.</summary>
    public async Task EndOrphansAsync(CancellationToken cancellation)
    {
        var orphans = Directory.EnumerateFiles(Folder).Select(Find).OfType<(Process Process, ProcessRecord Record)>().ToList();
        foreach (var (process, record) in orphans)
        {
            Log.Orphan(logger, record.Pid, record.Container);
            UnixSignal.Terminate(process);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        foreach (var (process, _) in orphans)
        {
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            UnixSignal.Kill(process);
            process.Dispose();
        }

        foreach (var file in Directory.EnumerateFiles(Folder).ToList())
        {
            File.Delete(file);
        }
    }

    private static (Process, ProcessRecord)? Find(string file)
    {
        try
        {
            var record = JsonSerializer.Deserialize<ProcessRecord>(File.ReadAllText(file))!;
            var process = Process.GetProcessById(record.Pid);
            if ((process.StartTime.ToUniversalTime() - record.Started).Duration() < Tolerance)
            {
                return (process, record);
            }

            process.Dispose();
            return null;
        }
        catch (Exception unknown) when (unknown is ArgumentException or JsonException or InvalidOperationException or IOException)
        {
            return null;
        }
    }

    private string PathOf(int pid) => Path.Combine(Folder, pid.ToString(CultureInfo.InvariantCulture) + ".json");

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "ending process {Pid}, which an earlier start left behind: {Container}")]
        public static partial void Orphan(ILogger logger, int pid, string container);
    }
}
