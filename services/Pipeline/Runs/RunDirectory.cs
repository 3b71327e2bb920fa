using System.Text.Json;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.Runs;

/// <summary><c>&lt;home&gt;/runs/&lt;run&gt;</c>: where a run keeps its receipt, beside the ledgers of the services.</summary>
internal sealed class RunDirectory
{
    public const string StartedFile = "run.json";
    public const string ReceiptFile = "receipt.json";
    public const string JUnitFile = "junit.xml";

    private RunDirectory(string path) => FullPath = path;

    public string FullPath { get; }

    public string Receipt => Path.Combine(FullPath, ReceiptFile);

    public string JUnit => Path.Combine(FullPath, JUnitFile);

    /// <summary>When the run was begun here; null when that is not known.</summary>
    public DateTimeOffset? Started
    {
        get
        {
            try
            {
                using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(FullPath, StartedFile)));
                return document.RootElement.GetProperty("started").GetDateTimeOffset();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
            {
                return null;
            }
        }
    }

    /// <summary>TempoCos__Home, or .tempocos in the working directory.</summary>
    public static string Home() => Path.GetFullPath(Environment.GetEnvironmentVariable("TempoCos__Home") is { Length: > 0 } home ? home : ".tempocos");

    public static RunDirectory Create(string home, string runId)
    {
        var path = Path.Combine(home, "runs", runId);
        try
        {
            Directory.CreateDirectory(path);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            File.WriteAllText(Path.Combine(path, StartedFile), $$"""{"pid":{{Environment.ProcessId}},"started":"{{DateTimeOffset.UtcNow:O}}"}""");
            return new RunDirectory(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException("TC901", path, "the state directory cannot be written", "Set TempoCos__Home to a directory that you can write.", exception);
        }
    }

    public static IEnumerable<RunDirectory> All(string home)
    {
        var runs = Path.Combine(home, "runs");
        return Directory.Exists(runs)
            ? Directory.EnumerateDirectories(runs).Where(path => RunId.IsValid(Path.GetFileName(path))).Order(StringComparer.Ordinal).Select(path => new RunDirectory(path))
            : [];
    }
}
