using System.Net;
using Amazon.Runtime;

namespace TempoCos.TempoBlocks;

/// <summary>Tries requests to an object store again when the failure may pass: a few times, with growing pauses.</summary>
internal static class TransientFailure
{
    private const int Attempts = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    /// <summary>The first result that is no passing failure, or the failure of the last attempt.</summary>
    public static async Task<T> RetryAsync<T>(Func<Task<T>> request, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await request();
            }
            catch (Exception e) when (attempt < Attempts && MayPass(e) && !ct.IsCancellationRequested)
            {
                await Task.Delay(FirstPause * (1 << (2 * (attempt - 1))), ct);
            }
        }
    }

    private static bool MayPass(Exception failure) => failure switch
    {
        AmazonServiceException { StatusCode: HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout } => true,
        AmazonServiceException { StatusCode: >= HttpStatusCode.InternalServerError and not HttpStatusCode.NotImplemented } => true,

        // No answer at all.
        AmazonServiceException { StatusCode: 0 } => true,
        HttpRequestException or TimeoutException or IOException => true,
        OperationCanceledException => true,
        _ => false,
    };
}
