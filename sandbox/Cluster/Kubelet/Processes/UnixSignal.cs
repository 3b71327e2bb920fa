using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TempoCos.Cluster.Kubelet.Processes;

/// <summary>Asking a process to end.</summary>
public static class UnixSignal
{
    private const int Term = 15;

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

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Send(int process, int signal);
}
