using TempoCos.Contracts;

namespace TempoCos.Cluster.Startup;

/// <summary>The directory that holds everything the cluster knows, used by one process at a time.</summary>
public sealed class DataDirectory : IDisposable
{
    private readonly FileStream held;

    private DataDirectory(string path, FileStream held)
    {
        Path = path;
        this.held = held;
    }

    public string Path { get; }

    public static DataDirectory Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(full);
            }
            else
            {
                Directory.CreateDirectory(full, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw ReadOnly(full, problem);
        }

        try
        {
            return new DataDirectory(full, new FileStream(System.IO.Path.Combine(full, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException problem)
        {
            throw ReadOnly(full, problem);
        }
        catch (IOException problem) when (!CanCreateIn(full))
        {
            throw ReadOnly(full, problem);
        }
        catch (IOException problem)
        {
            throw new DiagnosticException("TC922", full, "another process uses this data directory", "End that process or give --data another directory.", problem);
        }
    }

    public string Folder(string name)
    {
        var folder = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(folder);
        return folder;
    }

    public void Dispose() => held.Dispose();

    private static DiagnosticException ReadOnly(string path, Exception problem) =>
        new("TC923", path, "the data directory cannot be written", "Give --data a directory that this user may write to.", problem);

    private static bool CanCreateIn(string path)
    {
        var probe = System.IO.Path.Combine(path, $".probe-{Guid.NewGuid():N}");
        try
        {
            using (File.Create(probe, 1, FileOptions.DeleteOnClose))
            {
                return true;
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
