using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Steps;

namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>Removes everything that keeps a bucket from being deleted: objects, versions and delete markers, unfinished uploads.</summary>
internal sealed class BucketEmptier(IAmazonS3 store, string bucket)
{
    private const int PageSize = 1000;

    public long Deleted { get; private set; }

    public async Task EmptyAsync(CancellationToken cancellationToken)
    {
        await AbortUploadsAsync(cancellationToken);
        var versioned = await IsVersionedAsync(cancellationToken);

        // The first page is asked for again and again: what it held is gone by then.
        while (await NextPageAsync(versioned, cancellationToken) is { Count: > 0 } page)
        {
            await DeleteAsync(page, cancellationToken);
            StepScope.Current?.Say($"Deleted {Deleted} objects from {bucket}");
        }
    }

    private async Task<bool> IsVersionedAsync(CancellationToken cancellationToken)
    {
        try
        {
            var versioning = await store.GetBucketVersioningAsync(bucket, cancellationToken);
            return versioning.VersioningConfig?.Status is { } status && status != VersionStatus.Off;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode is HttpStatusCode.NotImplemented or HttpStatusCode.MethodNotAllowed)
        {
            return false;
        }
    }

    private async Task<List<KeyVersion>> NextPageAsync(bool versioned, CancellationToken cancellationToken)
    {
        if (versioned)
        {
            var versions = await store.ListVersionsAsync(new ListVersionsRequest { BucketName = bucket, MaxKeys = PageSize }, cancellationToken);
            return [.. (versions.Versions ?? []).Select(version => new KeyVersion { Key = version.Key, VersionId = version.VersionId })];
        }

        var objects = await store.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, MaxKeys = PageSize }, cancellationToken);
        return [.. (objects.S3Objects ?? []).Select(found => new KeyVersion { Key = found.Key })];
    }

    private async Task DeleteAsync(List<KeyVersion> page, CancellationToken cancellationToken)
    {
        var failed = await RequestDeletionAsync(page, cancellationToken);
        Deleted += page.Count - failed.Count;
        ProvisionerTelemetry.ObjectsDeleted.Add(page.Count - failed.Count);
        if (failed.Count == page.Count)
        {
            throw new DiagnosticException(
                DiagnosticCode.BucketNotEmptied,
                bucket,
                $"objects cannot be deleted, such as {failed[0].Key}: {failed[0].Code} {failed[0].Message?.TrimEnd('.')}",
                "See whether the bucket has a retention policy or a legal hold, and delete it by hand when that is over.");
        }
    }

    private async Task<List<DeleteError>> RequestDeletionAsync(List<KeyVersion> page, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await store.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = bucket, Objects = page, Quiet = true }, cancellationToken);
            return answer.DeleteErrors ?? [];
        }
        catch (DeleteObjectsException partial)
        {
            return partial.Response.DeleteErrors ?? [];
        }
    }

    private async Task AbortUploadsAsync(CancellationToken cancellationToken)
    {
        var request = new ListMultipartUploadsRequest { BucketName = bucket };
        ListMultipartUploadsResponse answer;
        do
        {
            answer = await store.ListMultipartUploadsAsync(request, cancellationToken);
            foreach (var upload in answer.MultipartUploads ?? [])
            {
                StepScope.Current?.Say($"Aborting the unfinished upload of {upload.Key}");
                await AbortAsync(upload, cancellationToken);
            }

            request.KeyMarker = answer.NextKeyMarker;
            request.UploadIdMarker = answer.NextUploadIdMarker;
        }
        while (answer.IsTruncated == true && !string.IsNullOrEmpty(answer.NextKeyMarker));
    }

    private async Task AbortAsync(MultipartUpload upload, CancellationToken cancellationToken)
    {
        try
        {
            await store.AbortMultipartUploadAsync(bucket, upload.Key, upload.UploadId, cancellationToken);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            // Completed or aborted by somebody else meanwhile.
        }
    }
}
