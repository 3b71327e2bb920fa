using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.CosProvisioner.Http;

namespace TempoCos.CosProvisioner.ObjectStorage.Emptying;

/// <summary>Deletes up to 1000 objects by one request, and repeats it for those that the store could not delete just then, a bounded number of times.</summary>
internal sealed class BatchDeletion(IAmazonS3 store, string bucket, RequestPace pace, EmptyingProgress progress, TimeProvider time)
{
    private const int Attempts = 7;

    // What S3 says of a key, or of the request, when it means "not now".
    private static readonly string[] NotNow = ["SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "TooManyRequests", "OperationAborted", "Throttling"];

    private static readonly string[] Gone = ["NoSuchKey", "NoSuchVersion"];

    public async Task RunAsync(List<KeyVersion> batch, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(8));
        for (var attempt = 1; ; attempt++)
        {
            var sent = time.GetTimestamp();
            var errors = await AskAsync(batch, isLast: attempt == Attempts, cancellationToken);
            if (errors is not null)
            {
                var again = attempt == Attempts ? [] : errors.Where(error => NotNow.Contains(error.Code)).ToList();
                var refused = errors.Except(again).Where(error => !Gone.Contains(error.Code)).ToList();
                progress.Settled(batch.Count - again.Count - refused.Count, refused);
                if (again.Count == 0)
                {
                    return;
                }

                pace.Slow(sent, retryAfter: null);
                batch = [.. again.Select(error => new KeyVersion { Key = error.Key, VersionId = string.IsNullOrEmpty(error.VersionId) ? null : error.VersionId })];
            }

            await Task.Delay(backoff.Next(), time, cancellationToken);
        }
    }

    // Null when the request as a whole did not come through, and may be sent again: deleting twice does no harm.
    private async Task<IReadOnlyList<DeleteError>?> AskAsync(List<KeyVersion> batch, bool isLast, CancellationToken cancellationToken)
    {
        try
        {
            var request = new DeleteObjectsRequest { BucketName = bucket, Objects = batch, Quiet = true };
            return (await pace.RunAsync(() => store.DeleteObjectsAsync(request, cancellationToken), cancellationToken)).DeleteErrors ?? [];
        }
        catch (DeleteObjectsException partial)
        {
            return partial.Response.DeleteErrors ?? [];
        }
        catch (Exception exception) when (!isLast && MayPass(exception))
        {
            return null;
        }
    }

    private static bool MayPass(Exception exception) => exception switch
    {
        AmazonS3Exception failed => Transience.IsTransient(failed.StatusCode),
        EndpointUnreachableException => true,
        AmazonClientException { InnerException: { } inner } => MayPass(inner),
        _ => false,
    };
}
