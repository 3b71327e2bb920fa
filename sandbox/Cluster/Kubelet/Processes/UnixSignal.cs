using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TempoCos.Cluster.Kubelet.Processes;

/// <summary>Asking a process to end.</summary>
public static class UnixSignal
{
    private const int Term = 15;
    private const int KillNumber = 9;

    /// <summary>SIGTERM; where there are no signals, the end at once.</summary>
    public static void Terminate(Process process)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                process.Kill(entireProcessTree: true);
            }
            else if (!process.HasExited)
            {
                _ = Send(process.Id, Term);
            }
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    public static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception ended) when (ended is InvalidOperationException or AggregateException or System.ComponentModel.Win32Exception)
        {
            // It has ended.
        }
    }

    /// <summary>SIGKILL to the session that the process leads; nothing if it leads none.</summary>
    public static void KillGroup(int leader)
    {
        if (!OperatingSystem.IsWindows() && leader > 1)
        {
            _ = Send(-leader, KillNumber);
        }
    }

    public static void Kill(int process)
    {
        if (!OperatingSystem.IsWindows() && process > 1)
        {
            _ = Send(process, KillNumber);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Send(int process, int signal);
}
