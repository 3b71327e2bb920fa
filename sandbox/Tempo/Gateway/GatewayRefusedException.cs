using Grpc.Core;

namespace TempoCos.Tempo.Gateway;

/// <summary>Why a request goes no further, as HTTP and as gRPC say it. A place to log in at makes it a redirection.</summary>
public sealed class GatewayRefusedException(int status, StatusCode code, string message, string? loginAt = null) : Exception(message)
{
    public int Status => loginAt is null ? status : StatusCodes.Status302Found;

    public StatusCode Code => code;

    /// <summary>What gRPC is told, where that is other than HTTP is.</summary>
    public string GrpcMessage { get; init; } = message;

    public string? LoginAt => loginAt;
}
