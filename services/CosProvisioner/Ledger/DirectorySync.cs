using System.Runtime.InteropServices;

namespace TempoCos.CosProvisioner.Ledger;

/// <summary>A new file is there after a power failure only when the directory that names it was synced too.</summary>
internal static class DirectorySync
{
    private const int ReadOnlyDirectory = 0x10000;

    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            // NTFS keeps its directories in a journal, and opens none for writing.
            return;
        }

        var handle = Open(directory, OperatingSystem.IsLinux() ? ReadOnlyDirectory : 0);
        if (handle < 0)
        {
            throw new IOException($"{directory} cannot be opened to be synced (errno {Marshal.GetLastPInvokeError()})");
        }

        try
        {
            // Some file systems know no sync of directories, and say so.
            _ = Sync(handle);
        }
        finally
        {
            _ = Close(handle);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int handle);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}
