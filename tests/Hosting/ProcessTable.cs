using System.Globalization;

namespace TempoCos.Hosting.Tests;

/// <summary>The processes of this machine, as Linux shows them.</summary>
internal static class ProcessTable
{
    public static bool Exists(int pid) => Stat(pid) is { State: not 'Z' };

    /// <summary>All below a process.</summary>
    public static IReadOnlyList<int> Descendants(int pid)
    {
        var parents = All().Select(child => (Pid: child, Stat(child)?.Parent)).Where(child => child.Parent is not null).ToLookup(child => child.Parent!.Value, child => child.Pid);
        var found = new List<int>();
        for (var next = new Queue<int>([pid]); next.TryDequeue(out var current);)
        {
            foreach (var child in parents[current])
            {
                found.Add(child);
                next.Enqueue(child);
            }
        }

        return found;
    }

    /// <summary>The process whose command line contains all of these words.</summary>
    public static int? WithArguments(params string[] words) => All().Cast<int?>().FirstOrDefault(pid =>
        Read($"/proc/{pid}/cmdline")?.Split('\0') is { } arguments && words.All(arguments.Contains));

    public static async Task WaitUntilGoneAsync(IReadOnlyCollection<int> pids, TimeSpan deadline)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(deadline);
        while (pids.Where(Exists).ToList() is { Count: > 0 } left)
        {
            timeout.IsCancellationRequested.ShouldBeFalse($"still there after {deadline}: {string.Join("; ", left.Select(pid => Read($"/proc/{pid}/cmdline")?.Replace('\0', ' ')))}");
            await Task.Delay(100, CancellationToken.None);
        }
    }

    private static IEnumerable<int> All() =>
        Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture));

    private static (char State, int Parent)? Stat(int pid)
    {
        // pid (name) state parent ...; the name may contain anything.
        var fields = Read($"/proc/{pid}/stat")?.Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields is null ? null : (fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture));
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
