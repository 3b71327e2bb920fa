using Amazon.S3;
using TempoCos.CosProvisioner.Http;
using TempoCos.CosProvisioner.Steps;

namespace TempoCos.CosProvisioner.ObjectStorage.Emptying;

/// <summary>Empties a bucket and deletes it. May be repeated after an end at any point: what is gone is not listed again.</summary>
internal sealed class BucketRemoval(IAmazonS3 store, string bucket, EmptyingOptions options, TimeProvider time)
{
    private const int Rounds = 4;

    /// <summary>Returns how many objects were in it.</summary>
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var emptier = new BucketEmptier(store, bucket, options, time);
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8));
        for (var round = 1; ; round++)
        {
            try
            {
                await emptier.EmptyAsync(cancellationToken);
                await store.DeleteBucketAsync(bucket, cancellationToken);
                return emptier.Deleted;
            }
            catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchBucket")
            {
                return emptier.Deleted;
            }
            catch (AmazonS3Exception exception) when (exception.ErrorCode == "BucketNotEmpty")
            {
                if (round == Rounds)
                {
                    throw BucketEmptier.StillWritten(bucket, "the store says that it is not empty although nothing is listed in it", exception);
                }
            }

            StepScope.Current?.Say($"There is something in {bucket} again; emptying it once more");
            await Task.Delay(backoff.Next(), time, cancellationToken);
        }
    }
}
