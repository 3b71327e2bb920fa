using TempoCos.Contracts;

namespace TempoCos.Tempo.Ingester;

/// <summary>The ingester's directory, for one process at a time.</summary>
public static class WalDirectory
{
    public static FileStream Own(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new DiagnosticException("TC923", path, "the directory cannot be written", "Give storage.trace.wal.path a directory that this user may write.", exception);
        }
        catch (IOException exception) when (Directory.Exists(path))
        {
            throw new DiagnosticException("TC922", path, "another process uses the directory", "Stop the other ingester, or give each its own storage.trace.wal.path.", exception);
        }
        catch (IOException exception)
        {
            throw new DiagnosticException("TC923", path, "the directory cannot be written", "Give storage.trace.wal.path a directory that this user may write.", exception);
        }
    }
}
