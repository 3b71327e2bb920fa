using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace TempoCos.Pipeline.Connection;

/// <summary><c>apphost.json</c>: what a running AppHost says of itself.</summary>
internal sealed record AppHostFile(int Pid, Uri Pipeline, Uri? Dashboard, Uri? Http)
{
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(5);

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

    /// <summary>Whether its pipeline answers: that of one which is ending does not, nor where its process's number is another's by now.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var channel = GrpcChannel.ForAddress(Pipeline);
        try
        {
            await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest(), deadline: DateTime.UtcNow + AnswersWithin, cancellationToken: cancellationToken);
            return true;
        }
        catch (RpcException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return exception.StatusCode is not (StatusCode.Unavailable or StatusCode.DeadlineExceeded);
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
