using System.Runtime.InteropServices;

namespace TempoCos.Cluster.Kubelet.Volumes;

/// <summary>
/// Files that change all at once, laid out as a kubelet lays them out: the files are in a directory of their own, <c>..data</c> leads to it,
/// and each name leads there through <c>..data</c>. On Windows, where links need rights, the files are written one by one.
/// </summary>
public static class AtomicDirectory
{
    private const string Data = "..data";

    /// <summary>Makes the directory hold exactly these files. Answers whether anything changed.</summary>
    public static bool Write(string directory, IReadOnlyList<VolumeFile> files, TimeProvider time)
    {
        Directory.CreateDirectory(directory);
        var isPlain = OperatingSystem.IsWindows();
        var data = Path.Combine(directory, Data);
        if (Same(isPlain ? directory : data, files))
        {
            return false;
        }

        if (isPlain)
        {
            WriteFiles(directory, files);
            return true;
        }

        var before = Directory.Exists(data) ? Path.GetFileName(Directory.ResolveLinkTarget(data, returnFinalTarget: false)!.FullName) : null;
        var next = $"..{time.GetUtcNow():yyyy_MM_dd_HH_mm_ss}.{Guid.NewGuid():N}";
        WriteFiles(Path.Combine(directory, next), files);
        var link = Path.Combine(directory, "..data_tmp");
        File.Delete(link);
        File.CreateSymbolicLink(link, next);
        if (Rename(link, data) != 0)
        {
            throw new IOException($"{link} cannot become {data}: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        Link(directory, files);
        if (before is not null)
        {
            Directory.Delete(Path.Combine(directory, before), recursive: true);
        }

        return true;
    }

    private static void Link(string directory, IReadOnlyList<VolumeFile> files)
    {
        var wanted = files.Select(file => file.Path.Split('/')[0]).ToHashSet(StringComparer.Ordinal);
        foreach (var stale in Directory.EnumerateFileSystemEntries(directory).Where(entry => !Path.GetFileName(entry).StartsWith("..", StringComparison.Ordinal) && !wanted.Contains(Path.GetFileName(entry))).ToList())
        {
            File.Delete(stale);
        }

        foreach (var name in wanted.Where(name => !Path.Exists(Path.Combine(directory, name))))
        {
            File.CreateSymbolicLink(Path.Combine(directory, name), Path.Combine(Data, name));
        }
    }

    private static void WriteFiles(string directory, IReadOnlyList<VolumeFile> files)
    {
        Directory.CreateDirectory(directory);
        foreach (var file in files)
        {
            var path = Path.Combine(directory, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, file.Content);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, file.Mode);
            }
        }
    }

    private static bool Same(string directory, IReadOnlyList<VolumeFile> files) =>
        Directory.Exists(directory)
        && files.All(file => Path.Combine(directory, file.Path) is var path && File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(file.Content))
        && Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Count() == files.Count;

    /// <summary>File.Move takes no link that leads to a directory.</summary>
    [DllImport("libc", EntryPoint = "rename", SetLastError = true, CharSet = CharSet.Ansi)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Rename([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);
}
