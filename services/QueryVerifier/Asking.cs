using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;

namespace TempoCos.QueryVerifier;

/// <summary>Asking again until the answer is the awaited one.</summary>
internal static class Asking
{
    /// <summary>Whether the exception says that there was no usable answer, this time.</summary>
    public static bool IsNoAnswer(Exception exception, CancellationToken ct) => !ct.IsCancellationRequested
        && exception is HttpRequestException or IOException or OperationCanceledException or RpcException
            or JsonException or InvalidProtocolBufferException or FormatException or KeyNotFoundException or InvalidOperationException;

    /// <summary>Looks at least once, then again until the look is satisfied or the deadline passes.</summary>
    /// <returns>Whether it was satisfied, and why the last look got no answer.</returns>
    public static async Task<(bool Satisfied, string? Error)> UntilAsync(Deadline deadline, Func<Task<bool>> look, CancellationToken ct)
    {
        string? error;
        do
        {
            try
            {
                error = null;
                if (await look())
                {
                    return (true, null);
                }
            }
            catch (Exception exception) when (IsNoAnswer(exception, ct))
            {
                error = exception.Message.TrimEnd('.');
            }
        }
        while (await deadline.PauseAsync(ct));

        ct.ThrowIfCancellationRequested();
        return (false, error);
    }
}
