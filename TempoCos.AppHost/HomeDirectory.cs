using System.Diagnostics;
using System.Text.Json;
using TempoCos.Contracts;

namespace TempoCos.AppHost;

/// <summary>The directory of durable state: one AppHost at a time.</summary>
internal sealed class HomeDirectory : IDisposable
{
    private const string AnnouncementFile = "apphost.json";

    /// <summary>How long another AppHost may take to start, or to end: its run's clean-up, and the processes after that.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>How long what a killed AppHost has left may take to end, which is seen to by those that watch it.</summary>
    private static readonly TimeSpan OrphanPatience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _announcing = new();
    private readonly FileStream? _lock;
    private bool _withdrawn;

    private HomeDirectory(string path, FileStream? claimed)
    {
        Path = path;
        _lock = claimed;
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Claims configuration <c>TempoCos:Home</c>, else <c>.tempocos</c> in the repository.</summary>
    /// <remarks>Waits for another AppHost that is ending, or starting: one that runs has announced itself.</remarks>
    /// <exception cref="DiagnosticException">Another AppHost has it, or it cannot be written.</exception>
    public static async Task<HomeDirectory> ClaimAsync(IDistributedApplicationBuilder builder)
    {
        if (Publishing.Is(builder.Configuration))
        {
            return new HomeDirectory(Publishing.Home, null);
        }

        var path = System.IO.Path.GetFullPath(builder.Configuration["TempoCos:Home"] is { Length: > 0 } given
            ? given
            : System.IO.Path.Combine(builder.AppHostDirectory, "..", ".tempocos"));
        try
        {
            if (!Directory.Exists(path))
            {
                Create(path);
            }

            var announcement = System.IO.Path.Combine(path, AnnouncementFile);
            var home = new HomeDirectory(path, await LockAsync(
                System.IO.Path.Combine(path, "apphost.lock"), Patience, () => !File.Exists(announcement), $"waiting for the AppHost that has {path}, which is starting or ending"));

            // What is there is a killed one's.
            File.Delete(announcement);
            return home;
        }
        catch (IOException exception) when (IsTaken(exception))
        {
            throw new DiagnosticException("TC910", path, "another AppHost is using this directory", "Stop it, or name another directory in TempoCos__Home.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new DiagnosticException("TC901", path, $"the directory cannot be used: {exception.Message.TrimEnd('.')}", "Make it writable, or name another directory in TempoCos__Home.", exception);
        }
    }

    /// <summary>A path below.</summary>
    public string In(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    /// <summary>Waits a while for what an AppHost that was killed has left running in its directories: whoever is still there then says so itself.</summary>
    public static async Task FreeAsync(params string[] directories)
    {
        foreach (var file in directories.Select(directory => System.IO.Path.Combine(directory, "lock")).Where(File.Exists))
        {
            try
            {
                await (await LockAsync(file, OrphanPatience, () => true, $"waiting for what an AppHost has left running in {System.IO.Path.GetDirectoryName(file)}")).DisposeAsync();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return;
            }
        }
    }

    /// <summary>Says where this AppHost can be reached, for the <c>tempocos</c> command.</summary>
    public void Announce(string pipeline, string http, string? dashboard)
    {
        lock (_announcing)
        {
            if (!_withdrawn)
            {
                Write(pipeline, http, dashboard);
            }
        }
    }

    /// <summary>Says no longer, and never again, where it can be reached.</summary>
    public void Withdraw()
    {
        lock (_announcing)
        {
            _withdrawn = true;
            if (_lock is not null && Directory.Exists(Path))
            {
                File.Delete(In(AnnouncementFile));
            }
        }
    }

    public void Dispose()
    {
        Withdraw();
        _lock?.Dispose();
    }

    private void Write(string pipeline, string http, string? dashboard)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var draft = In($"apphost.{Environment.ProcessId}.tmp");
        using (var file = new FileStream(draft, options))
        {
            JsonSerializer.Serialize(file, new { pid = Environment.ProcessId, pipeline, http, dashboard });
        }

        File.Move(draft, In(AnnouncementFile), overwrite: true);
    }

    /// <summary>Opens a file for this process alone, and tells once that it waits for another to let go of it.</summary>
    private static async Task<FileStream> LockAsync(string file, TimeSpan within, Func<bool> isWorthWaiting, string told)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(Pause))
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (IsTaken(exception) && isWorthWaiting() && waited.Elapsed < within)
            {
                if (told.Length > 0)
                {
                    await Console.Error.WriteLineAsync($"tempocos: {told}");
                    told = "";
                }
            }
        }
    }

    private static void Create(string path)
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

    /// <summary>EWOULDBLOCK of flock, ERROR_SHARING_VIOLATION of Windows.</summary>
    private static bool IsTaken(IOException exception) => exception.GetType() == typeof(IOException) && (exception.HResult & 0xFFFF) is 11 or 35 or 32;
}
