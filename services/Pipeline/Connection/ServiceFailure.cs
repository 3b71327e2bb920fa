using Grpc.Core;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.Connection;

/// <summary>What a failed call to a service means to the user.</summary>
internal static class ServiceFailure
{
    public static DiagnosticException Translate(RpcException exception, string service) =>
        DiagnosticException.From(exception)
        ?? exception.StatusCode switch
        {
            StatusCode.Unavailable => new DiagnosticException(
                "TC902", service, "the service does not answer", "Look at its log in the dashboard, then run again; 'tempocos destroy' removes what is left.", exception),
            _ => new DiagnosticException(
                "TC999", service, exception.Status.Detail.TrimEnd('.'), "This is a defect of TempoCos: please report it with the service's log.", exception),
        };
}
