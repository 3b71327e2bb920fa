using Amazon.S3;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.ObjectStorage;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>Empties a bucket and deletes it, unless it was there before the run.</summary>
internal static class BucketRemoval
{
    private const int EmptyingRounds = 3;

    /// <summary>Returns how many objects were in it.</summary>
    public static async Task<long> RunAsync(IAmazonS3 store, LedgerItem item, CancellationToken cancellationToken)
    {
        var emptier = new BucketEmptier(store, item.Name);
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
            catch (AmazonS3Exception exception) when (exception.ErrorCode == "BucketNotEmpty" && round < EmptyingRounds)
            {
                StepScope.Current?.Say($"Somebody still writes to {item.Name}; emptying it again");
            }
        }
    }
}
