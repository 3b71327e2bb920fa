using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TempoCos.Pipeline.Connection;

/// <summary><c>apphost.json</c>: what a running AppHost says of itself.</summary>
internal sealed record AppHostFile(int Pid, Uri Pipeline, Uri? Dashboard)
{
    /// <summary>Reads the file; null when there is none or its AppHost is gone.</summary>
    public static AppHostFile? Read(string home)
    {
        try
        {
            var file = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(home, "apphost.json")), AppHostFileJson.Default.AppHostFile);
            return file is not null && IsAlive(file.Pid) ? file : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static bool IsAlive(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}

[JsonSerializable(typeof(AppHostFile))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class AppHostFileJson : JsonSerializerContext;
