using TempoCos.Cluster.Kubelet.Containers;

namespace TempoCos.Cluster.Kubelet.Processes;

/// <summary>Finds a program as a container runtime does, so that what is not there is said in its words and not by a shell.</summary>
public static class ProgramPath
{
    /// <exception cref="ContainerException">There is no such program, or it may not be run.</exception>
    public static string Find(string program, IReadOnlyDictionary<string, string> environment, string workingDirectory)
    {
        if (OperatingSystem.IsWindows())
        {
            return program;
        }

        if (program.Contains('/', StringComparison.Ordinal))
        {
            var full = Path.GetFullPath(program, workingDirectory);
            return IsRunnable(full) ? full
                : throw ContainerException.NotStarted($"exec: \"{program}\": {(File.Exists(full) ? "permission denied" : "stat " + program + ": no such file or directory")}");
        }

        return (environment.GetValueOrDefault("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Select(directory => Path.Combine(directory, program)).FirstOrDefault(IsRunnable)
            ?? throw ContainerException.NotStarted($"exec: \"{program}\": executable file not found in $PATH");
    }

    private static bool IsRunnable(string file) =>
        File.Exists(file) && !OperatingSystem.IsWindows()
        && (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
