using TempoCos.Contracts;

namespace TempoCos.IbmCloud.Hosting;

/// <summary>The directory that holds all state, locked against a second process.</summary>
public sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;

    private DataDirectory(string root, FileStream @lock)
    {
        Root = root;
        _lock = @lock;
    }

    public string Root { get; }

    /// <summary>Creates the directory where needed and locks it.</summary>
    public static DataDirectory Open(string path)
    {
        var root = Path.GetFullPath(path);
        try
        {
            CreatePrivate(root);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(root, exception);
        }

        var lockFile = Path.Combine(root, "lock");
        try
        {
            return new DataDirectory(root, new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw NotWritable(root, exception);
        }
        catch (IOException exception) when (File.Exists(lockFile) && exception is not (FileNotFoundException or DirectoryNotFoundException))
        {
            throw new DiagnosticException(
                "TC922", root, "the data directory is in use by another process", "End that process, or name another directory with --data.", exception);
        }
        catch (IOException exception)
        {
            throw NotWritable(root, exception);
        }
    }

    /// <summary>A directory below the root, created with mode 700.</summary>
    public string Folder(params ReadOnlySpan<string> names)
    {
        var path = Path.Combine([Root, .. names]);
        CreatePrivate(path);
        return path;
    }

    public string FilePath(string name) => Path.Combine(Root, name);

    public void Dispose() => _lock.Dispose();

    private static void CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static DiagnosticException NotWritable(string root, Exception exception) => new(
        "TC923", root, "the data directory cannot be written", "Give it to your user (chown, chmod u+rwx), or name another with --data.", exception);
}
