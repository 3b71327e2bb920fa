using System.Net.Http;
using System.Net.Sockets;
using Google.Rpc;
using Grpc.Core;
using TempoCos.Otlp;

namespace TempoCos.TraceGenerator.Sending;

/// <summary>Tells from an answer whether the server took the request. In doubt it is unknown, and never sent again.</summary>
internal static class DeliveryRule
{
    // What Tempo's distributor says before it hands anything on: it is ready some seconds before it knows of an ingester.
    private const string NoIngesters = "DoBatch: InstancesCount <= 0";

    public static Delivery From(ExportTraceServiceResponse response)
    {
        var partial = response.PartialSuccess;
        return partial is { RejectedSpans: > 0 }
            ? new Delivery(DeliveryOutcome.Taken, false, partial.RejectedSpans, null, $"partial success: {partial.RejectedSpans} spans rejected: {partial.ErrorMessage}")
            : new Delivery(DeliveryOutcome.Taken, false, 0, null, partial?.ErrorMessage ?? "");
    }

    public static Delivery From(RpcException exception)
    {
        var error = $"{exception.StatusCode}: {exception.Status.Detail}";
        return exception.StatusCode switch
        {
            StatusCode.ResourceExhausted => new Delivery(
                DeliveryOutcome.NotTaken, !IsTooLarge(exception), 0, exception.GetRpcStatus()?.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan(), error),
            StatusCode.Unavailable when NeverConnected(exception.Status.DebugException) || exception.Status.Detail == NoIngesters => new Delivery(DeliveryOutcome.NotTaken, true, 0, null, error),
            StatusCode.InvalidArgument or StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.Unimplemented
                or StatusCode.NotFound or StatusCode.FailedPrecondition or StatusCode.OutOfRange => new Delivery(DeliveryOutcome.NotTaken, false, 0, null, error),
            _ => new Delivery(DeliveryOutcome.Unknown, false, 0, null, error),
        };
    }

    /// <summary>Whether no connection came about, so that not one byte of the request left.</summary>
    public static bool NeverConnected(Exception? cause)
    {
        for (; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError }
                or SocketException { SocketErrorCode: SocketError.ConnectionRefused })
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsTooLarge(RpcException exception) => exception.Status.Detail.Contains("larger than max", StringComparison.Ordinal);
}
