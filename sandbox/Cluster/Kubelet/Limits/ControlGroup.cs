using System.Diagnostics;
using System.Globalization;

namespace TempoCos.Cluster.Kubelet.Limits;

/// <summary>A container's control group: one directory, or one for each controller in version 1.</summary>
public sealed class ControlGroup(IReadOnlyList<string> directories) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Files that a process writes its id to in order to enter.</summary>
    public IReadOnlyList<string> Entrances { get; } = [.. directories.Select(directory => Path.Combine(directory, "cgroup.procs"))];

    /// <summary>Whether the kernel has ended one of its processes for the memory limit.</summary>
    public bool RanOutOfMemory() => directories.Any(directory => Kills(directory) > 0);

    /// <summary>The processes in it now.</summary>
    public IReadOnlyList<int> Processes() => [.. Entrances.Take(1).SelectMany(ReadLines).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];

    public async ValueTask DisposeAsync()
    {
        foreach (var directory in directories)
        {
            await RemoveAsync(directory);
        }
    }

    /// <summary>A group can go when the last process that was killed in it has gone. One that does not go in time is left to the next start.</summary>
    public static async Task RemoveAsync(string directory)
    {
        var begun = Stopwatch.GetTimestamp();
        while (!TryRemove(directory) && Stopwatch.GetElapsedTime(begun) < Patience)
        {
            await Task.Delay(Pause);
        }
    }

    /// <summary>False while there are processes in it.</summary>
    public static bool TryRemove(string directory)
    {
        try
        {
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory);
            }

            return true;
        }
        catch (Exception busy) when (busy is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long Kills(string directory)
    {
        string[] files = ["memory.events", "memory.oom_control"];
        var line = files.SelectMany(file => ReadLines(Path.Combine(directory, file))).FirstOrDefault(line => line.StartsWith("oom_kill ", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.AsSpan("oom_kill ".Length), CultureInfo.InvariantCulture);
    }

    private static IReadOnlyList<string> ReadLines(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllLines(file) : [];
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
