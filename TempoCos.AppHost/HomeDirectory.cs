using System.Text.Json;
using TempoCos.Contracts;

namespace TempoCos.AppHost;

/// <summary>The directory of durable state: one AppHost at a time.</summary>
internal sealed class HomeDirectory : IDisposable
{
    private readonly FileStream? _lock;

    private HomeDirectory(string path, FileStream? claimed)
    {
        Path = path;
        _lock = claimed;
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Claims configuration <c>TempoCos:Home</c>, else <c>.tempocos</c> in the repository.</summary>
    /// <exception cref="DiagnosticException">Another AppHost has it, or it cannot be written.</exception>
    public static HomeDirectory Claim(IDistributedApplicationBuilder builder)
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

            return new HomeDirectory(path, new FileStream(System.IO.Path.Combine(path, "apphost.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
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

    /// <summary>Says where this AppHost can be reached, for the <c>tempocos</c> command.</summary>
    public void Announce(string pipeline, string? dashboard)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var draft = In($"apphost.{Environment.ProcessId}.tmp");
        using (var file = new FileStream(draft, options))
        {
            JsonSerializer.Serialize(file, new { pid = Environment.ProcessId, pipeline, dashboard });
        }

        File.Move(draft, In("apphost.json"), overwrite: true);
    }

    public void Dispose()
    {
        if (_lock is not null)
        {
            File.Delete(In("apphost.json"));
            _lock.Dispose();
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
