using Amazon.S3;
using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.CosProvisioner.ResourceController;
using TempoCos.Doctor;

namespace TempoCos.CosProvisioner.Doctor;

/// <summary>How many buckets the account may still make. The limit is what IBM documents as the default; it can be raised, and nobody tells.</summary>
internal sealed class BucketLimitCheck(ResourceControllerClient controller, ObjectStore stores) : CloudCheck
{
    private const int Limit = 100;
    private const int Reserve = 10;
    private const int MostInstances = 50;

    public override CheckDescription Description { get; } = new(DiagnosticCode.TooManyBuckets, "bucket-limit", "Counting the account's buckets");

    public override bool IsAdvisory => true;

    public override async Task<Finding> RunAsync(CloudExamination examination, CancellationToken cancellationToken)
    {
        if (examination.Location is not { } location)
        {
            return Finding.Skip("not asked, since the location is not known");
        }

        var instances = (await controller.ListAllInstancesAsync(null, cancellationToken)).Where(instance => instance.IsLive).ToList();
        var counts = await Task.WhenAll(instances.Take(MostInstances).Select(instance => CountAsync(location, instance, cancellationToken)));
        var buckets = counts.Sum();
        const string Fix = "Delete buckets that are not needed, `tempocos destroy` those of old runs, or have IBM raise the limit.";
        var finding = buckets >= Limit && !examination.HasRun ? Finding.Fail($"the account has {buckets} buckets, and {Limit} is what an account may have unless IBM has raised it", Fix)
            : buckets > Limit - Reserve ? Finding.Warn($"the account has {buckets} buckets of the {Limit} that it may have unless IBM has raised the limit", Fix)
            : Finding.Pass($"the account has {buckets} buckets of the {Limit} that it may have at least");
        return finding
            .With("buckets", $"{buckets}")
            .With("instances", $"{instances.Count}")
            .With("not_counted", counts.Contains(null) || instances.Count > MostInstances ? $"{counts.Count(count => count is null) + Math.Max(0, instances.Count - MostInstances)} instances" : null);
    }

    // Null for an instance that this API key may not look into.
    private async Task<int?> CountAsync(StorageLocation location, ServiceInstance instance, CancellationToken cancellationToken)
    {
        using var store = stores.WithBearer(location, instance.Guid);
        try
        {
            return (await store.ListBucketsAsync(cancellationToken)).Buckets?.Count ?? 0;
        }
        catch (AmazonS3Exception)
        {
            return null;
        }
    }
}
