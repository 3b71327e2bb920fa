using System.Collections.Concurrent;
using TempoCos.Cluster.Startup;

namespace TempoCos.Cluster.Kubelet.Logs;

/// <summary>The logs of all containers: of the current run and of the one before. Older ones are gone.</summary>
public sealed class PodLogs(DataDirectory data, TimeProvider time)
{
    private readonly Lock removing = new();
    private readonly ConcurrentDictionary<(string Uid, string Container), (ContainerLog Current, ContainerLog? Previous)> logs = new();

    public ContainerLog Open(string ns, string pod, string uid, string container, int run)
    {
        var folder = Path.Combine(Folder(ns, pod, uid), container);
        var log = new ContainerLog(Path.Combine(folder, $"{run}.log"), time);
        ContainerLog? gone = null;
        logs.AddOrUpdate(
            (uid, container),
            (log, run > 0 ? ContainerLog.Ended(Path.Combine(folder, $"{run - 1}.log")) : null),
            (_, before) =>
            {
                gone = before.Previous;
                return (log, before.Current);
            });
        gone?.Delete();
        return log;
    }

    public ContainerLog? Find(string uid, string container, bool previous) =>
        logs.TryGetValue((uid, container), out var found) ? previous ? found.Previous : found.Current : null;

    /// <summary>Forgets a pod that is gone.</summary>
    public void Remove(string ns, string pod, string uid)
    {
        foreach (var key in logs.Keys.Where(key => key.Uid == uid))
        {
            if (logs.TryRemove(key, out var found))
            {
                found.Current.Dispose();
                found.Previous?.Dispose();
            }
        }

        // A pod's deletion and the end of its processes may both come here, at the same time.
        lock (removing)
        {
            var folder = Folder(ns, pod, uid);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private string Folder(string ns, string pod, string uid) => Path.Combine(data.Folder("logs"), $"{ns}_{pod}_{uid}");
}
