using System.Diagnostics;

namespace TempoCos.Benchmarks.Servers;

/// <summary>Processes that must not outlive this one, whichever way it ends.</summary>
internal static class StartedProcesses
{
    private static readonly HashSet<Process> Running = [];

    static StartedProcesses() => AppDomain.CurrentDomain.ProcessExit += (_, _) => KillAll();

    public static void Add(Process process)
    {
        lock (Running)
        {
            Running.Add(process);
        }
    }

    public static void Remove(Process process)
    {
        lock (Running)
        {
            Running.Remove(process);
        }
    }

    public static void KillAll()
    {
        lock (Running)
        {
            foreach (var process in Running)
            {
                try
                {
                    process.Kill();
                }
                catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
                {
                    // It has ended already.
                }
            }
        }
    }
}
