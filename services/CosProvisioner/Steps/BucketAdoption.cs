using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.ObjectStorage;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>Whether a bucket that was there already may be used: what stands in it in the end is deleted, so there must be nothing in it now.</summary>
internal static class BucketAdoption
{
    public static async Task CheckAsync(AmazonS3Client store, RunPlan plan, CancellationToken cancellationToken)
    {
        var name = plan.Bucket.Value;
        if (!plan.Adoption.Bucket)
        {
            throw new DiagnosticException(
                DiagnosticCode.BucketNotOurs,
                name,
                "a bucket of this name is there and is not this run's",
                "Add --adopt bucket to use it, if it is empty: it is emptied in the end and stays; or choose another name, or leave it out.");
        }

        if (plan.BucketOptions.ChangeTheBucket)
        {
            throw new DiagnosticException(
                DiagnosticCode.OptionInvalid,
                "adopt bucket",
                "an adopted bucket keeps its own quota, encryption, firewall, lifecycle rules and metrics",
                "Leave out --hard-quota, --root-key, --allow-ip, --abort-uploads-after-days and --metrics-monitoring, or let the run make a bucket.");
        }

        if (await FindContentAsync(store, name, cancellationToken) is { } content)
        {
            throw new DiagnosticException(
                DiagnosticCode.AdoptedBucketNotEmpty,
                name,
                $"the bucket holds {content} already, and the run empties its bucket in the end",
                "Empty it, or choose another bucket.");
        }
    }

    private static async Task<string?> FindContentAsync(AmazonS3Client store, string bucket, CancellationToken cancellationToken)
    {
        var objects = await store.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, MaxKeys = 1 }, cancellationToken);
        if (objects.S3Objects is { Count: > 0 })
        {
            return "objects";
        }

        var uploads = await store.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = bucket, MaxUploads = 1 }, cancellationToken);
        return uploads.MultipartUploads is { Count: > 0 } ? "unfinished uploads" : await HasVersionsAsync(store, bucket, cancellationToken) ? "versions of deleted objects" : null;
    }

    private static async Task<bool> HasVersionsAsync(AmazonS3Client store, string bucket, CancellationToken cancellationToken)
    {
        try
        {
            var versioning = await store.GetBucketVersioningAsync(bucket, cancellationToken);
            return versioning.VersioningConfig?.Status is { } status && status != VersionStatus.Off
                && await store.ListVersionsAsync(new ListVersionsRequest { BucketName = bucket, MaxKeys = 1 }, cancellationToken) is { Versions.Count: > 0 };
        }
        catch (AmazonS3Exception exception) when (StoreErrors.IsUnsupported(exception))
        {
            return false;
        }
    }
}
