using System.Diagnostics;

namespace TempoCos.Cluster.Kubelet.Processes;

/// <summary>
/// Ends the containers' processes when this process ends without having done so itself: a shell holds the list, told over a pipe whose end
/// it sees whatever kills us. On Windows the list on disk must do (<see cref="ProcessLedger"/>).
/// </summary>
public sealed class DeathWatch : IDisposable
{
    private const string Script = """
        trap '' INT TERM HUP
        pids=
        groups=
        while read -r change pid; do
          if [ "$change" = group ]; then groups="$groups $pid"; continue; fi
          if [ "$change" = nogroups ]; then groups=; continue; fi
          rest=
          for one in $pids; do [ "$one" = "$pid" ] || rest="$rest $one"; done
          pids=$rest
          [ "$change" = + ] && pids="$pids $pid"
        done
        if [ -n "$pids" ]; then
          kill -TERM $pids 2>/dev/null
          sleep 1
          kill -KILL $pids 2>/dev/null
          for one in $pids; do kill -KILL -$one 2>/dev/null; done
        fi
        for one in $groups; do
          for inner in "$one"/*/cgroup.procs; do [ -e "$inner" ] && kill -KILL $(cat "$inner") 2>/dev/null; done
          sleep 0.1
          rmdir "$one"/* "$one" 2>/dev/null
        done
        """;

    private readonly Lock gate = new();
    private Process? watcher;

    /// <summary>A directory of control groups to empty and remove at such an end.</summary>
    public void AddGroups(string directory) => Tell($"group {directory}");

    /// <summary>They are removed: the next start may make them anew, which is not to be ended.</summary>
    public void ClearGroups()
    {
        lock (gate)
        {
            if (watcher is not null)
            {
                Tell("nogroups");
            }
        }
    }

    public void Add(int pid) => Tell($"+ {pid}");

    public void Remove(int pid) => Tell($"- {pid}");

    public void Dispose()
    {
        lock (gate)
        {
            watcher?.StandardInput.Close();
            watcher?.Dispose();
            watcher = null;
        }
    }

    private void Tell(string line)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        lock (gate)
        {
            try
            {
                watcher ??= Start();
                watcher.StandardInput.Write(line + "\n");
                watcher.StandardInput.Flush();
            }
            catch (Exception gone) when (gone is IOException or System.ComponentModel.Win32Exception)
            {
                // Somebody ended the watcher: the list on disk is left.
            }
        }
    }

    private static Process Start() => Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script]) { RedirectStandardInput = true, UseShellExecute = false })!;
}
