using Grpc.Core;

namespace TempoCos.Tempo.Distributor;

/// <summary>An export that was not taken. <paramref name="retryAfter"/> is sent as RetryInfo when above zero.</summary>
public sealed class PushFailureException(StatusCode code, string message, TimeSpan retryAfter = default) : Exception(message)
{
    public StatusCode Code { get; } = code;

    public TimeSpan RetryAfter { get; } = retryAfter;
}
