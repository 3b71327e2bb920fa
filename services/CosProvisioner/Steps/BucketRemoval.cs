using Amazon.S3;
using Microsoft.Extensions.Options;
using TempoCos.CosProvisioner.Http;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.CosProvisioner.ObjectStorage.Emptying;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>Empties a bucket and deletes it, unless it was there before the run. May be repeated after an end at any point: what is gone is not listed again.</summary>
internal sealed class BucketRemoval(IOptionsMonitor<EmptyingOptions> options, TimeProvider time)
{
    private const int EmptyingRounds = 4;

    /// <summary>Returns how many objects were in it.</summary>
    public async Task<long> RunAsync(IAmazonS3 store, LedgerItem item, CancellationToken cancellationToken)
    {
        var emptier = new BucketEmptier(store, item.Name, options.CurrentValue, time);
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8));
        for (var round = 1; ; round++)
        {
            try
            {
                await emptier.EmptyAsync(cancellationToken);
                if (!item.Place.ContainsKey(Place.Adopted))
                {
                    await store.DeleteBucketAsync(item.Name, cancellationToken);
                }

                return emptier.Deleted;
            }
            catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchBucket")
            {
                return emptier.Deleted;
            }
            catch (AmazonS3Exception exception) when (exception.ErrorCode == "BucketNotEmpty")
            {
                if (round == EmptyingRounds)
                {
                    throw BucketEmptier.StillWritten(item.Name, "the store says that it is not empty although nothing is listed in it", exception);
                }
            }

            StepScope.Current?.Say($"There is something in {item.Name} again; emptying it once more");
            await Task.Delay(backoff.Next(), time, cancellationToken);
        }
    }
}
