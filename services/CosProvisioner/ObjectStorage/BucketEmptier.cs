using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Amazon.S3;
using Amazon.S3.Model;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Http;
using TempoCos.CosProvisioner.ObjectStorage.Emptying;
using TempoCos.CosProvisioner.Steps;

namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>
/// Removes everything that keeps a bucket from being deleted: objects, versions and delete markers, unfinished uploads. A list runs some pages ahead of the
/// deletions, which go side by side as fast as the store takes them.
/// </summary>
internal sealed class BucketEmptier(IAmazonS3 store, string bucket, EmptyingOptions options, TimeProvider time)
{
    private const int PageSize = 1000;

    /// <summary>One that finds all, one that finds nothing; more when lists lag behind deletions, or somebody still writes.</summary>
    private const int MostPasses = 6;

    /// <summary>Clocks of this machine and of the store may differ.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private readonly DateTimeOffset _started = time.GetUtcNow();
    private readonly EmptyingProgress _progress = new(bucket, time);
    private readonly RequestPace _pace = new(options.Concurrency, time);

    public long Deleted => _progress.Deleted;

    public async Task EmptyAsync(CancellationToken cancellationToken)
    {
        RequestPace.Current = _pace;
        try
        {
            await AbortUploadsAsync(cancellationToken);
            var versioned = await IsVersionedAsync(cancellationToken);
            var backoff = new Backoff(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(8));
            for (var pass = 1; await PassAsync(versioned, cancellationToken) is { } found; pass++)
            {
                ThrowIfRefused();
                if (pass == MostPasses)
                {
                    throw StillWritten(bucket, $"objects appear in it as fast as they are deleted, such as {found}");
                }

                if (pass > 1)
                {
                    StepScope.Current?.Say($"There are objects in {bucket} again; emptying it once more");
                    await Task.Delay(backoff.Next(), time, cancellationToken);
                }
            }
        }
        finally
        {
            Note();
        }
    }

    public static DiagnosticException StillWritten(string bucket, string why, Exception? inner = null) => new(
        DiagnosticCode.BucketStillWritten,
        bucket,
        $"the bucket does not become empty: {why}",
        "End what still writes to it, such as a Tempo with this bucket in its Secret, and destroy the run again.",
        inner);

    // The key of the first object that was found; null when there was none.
    private async Task<string?> PassAsync(bool versioned, CancellationToken cancellationToken)
    {
        string? first = null;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ahead = Channel.CreateBounded<List<KeyVersion>>(new BoundedChannelOptions(options.PagesAhead) { SingleWriter = true });
        var listing = ListAsync();
        try
        {
            var deletion = new BatchDeletion(store, bucket, _pace, _progress, time);
            var atOnce = new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(ahead.Reader.ReadAllAsync(cancellationToken), atOnce, async (page, stop) => await deletion.RunAsync(page, stop));
            return first;
        }
        finally
        {
            await ending.CancelAsync();
            await listing;
        }

        async Task ListAsync()
        {
            try
            {
                await foreach (var page in versioned ? VersionsAsync(ending.Token) : ObjectsAsync(ending.Token))
                {
                    first ??= page[0].Key;
                    await ahead.Writer.WriteAsync(page, ending.Token);
                }

                ahead.Writer.Complete();
            }
            catch (Exception exception)
            {
                // Whoever reads the pages meets it.
                ahead.Writer.Complete(exception);
            }
        }
    }

    private async IAsyncEnumerable<List<KeyVersion>> ObjectsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = bucket, MaxKeys = PageSize };
        ListObjectsV2Response answer;
        do
        {
            answer = await _pace.RunAsync(() => store.ListObjectsV2Async(request, cancellationToken), cancellationToken);
            foreach (var found in answer.S3Objects ?? [])
            {
                CheckAge(found.Key, found.LastModified);
            }

            request.ContinuationToken = answer.NextContinuationToken;
            var page = (answer.S3Objects ?? []).ConvertAll(found => new KeyVersion { Key = found.Key });
            _progress.Found(page.Count, isLast: string.IsNullOrEmpty(request.ContinuationToken));
            if (page.Count > 0)
            {
                yield return page;
            }
        }
        while (answer.IsTruncated == true && !string.IsNullOrEmpty(request.ContinuationToken));
    }

    private async IAsyncEnumerable<List<KeyVersion>> VersionsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListVersionsRequest { BucketName = bucket, MaxKeys = PageSize };
        ListVersionsResponse answer;
        do
        {
            answer = await _pace.RunAsync(() => store.ListVersionsAsync(request, cancellationToken), cancellationToken);
            foreach (var found in answer.Versions ?? [])
            {
                CheckAge(found.Key, found.LastModified);
            }

            request.KeyMarker = answer.NextKeyMarker;
            request.VersionIdMarker = answer.NextVersionIdMarker;
            var page = (answer.Versions ?? []).ConvertAll(found => new KeyVersion { Key = found.Key, VersionId = found.VersionId });
            _progress.Found(page.Count, isLast: string.IsNullOrEmpty(request.KeyMarker));
            if (page.Count > 0)
            {
                yield return page;
            }
        }
        while (answer.IsTruncated == true && !string.IsNullOrEmpty(request.KeyMarker));
    }

    // A list may never end when what is written comes behind what is read.
    private void CheckAge(string key, DateTime? modified)
    {
        if (modified is { } time && time.ToUniversalTime() > _started.UtcDateTime + ClockSkew)
        {
            throw StillWritten(bucket, string.Create(CultureInfo.InvariantCulture, $"{key} was written at {time.ToUniversalTime():HH:mm:ss}, and this began at {_started:HH:mm:ss} UTC"));
        }
    }

    private void ThrowIfRefused()
    {
        if (_progress.FirstRefused is { } refused)
        {
            throw new DiagnosticException(
                DiagnosticCode.BucketNotEmptied,
                bucket,
                $"{_progress.Refused} {(_progress.Refused == 1 ? "object" : "objects")} cannot be deleted, such as {refused.Key}: {refused.Code}, {refused.Message?.Trim().TrimEnd('.')}",
                "See whether the bucket has a retention policy or a legal hold, or a policy that denies deletion; when that is over, destroy the run again.");
        }
    }

    private async Task<bool> IsVersionedAsync(CancellationToken cancellationToken)
    {
        try
        {
            var versioning = await store.GetBucketVersioningAsync(bucket, cancellationToken);
            return versioning.VersioningConfig?.Status is { } status && status != VersionStatus.Off;
        }
        catch (AmazonS3Exception exception) when (StoreErrors.IsUnsupported(exception))
        {
            return false;
        }
    }

    private async Task AbortUploadsAsync(CancellationToken cancellationToken)
    {
        var request = new ListMultipartUploadsRequest { BucketName = bucket };
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency, CancellationToken = cancellationToken };
        var aborted = 0;
        ListMultipartUploadsResponse answer;
        do
        {
            answer = await _pace.RunAsync(() => store.ListMultipartUploadsAsync(request, cancellationToken), cancellationToken);
            await Parallel.ForEachAsync(answer.MultipartUploads ?? [], atOnce, async (upload, stop) =>
            {
                await AbortAsync(upload, stop);
                StepScope.Current?.Say($"Aborted {Interlocked.Increment(ref aborted)} unfinished uploads of {bucket}");
            });
            request.KeyMarker = answer.NextKeyMarker;
            request.UploadIdMarker = answer.NextUploadIdMarker;
        }
        while (answer.IsTruncated == true && !string.IsNullOrEmpty(answer.NextKeyMarker));
    }

    private async Task AbortAsync(MultipartUpload upload, CancellationToken cancellationToken)
    {
        try
        {
            await _pace.RunAsync(() => store.AbortMultipartUploadAsync(bucket, upload.Key, upload.UploadId, cancellationToken), cancellationToken);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            // Completed or aborted by somebody else meanwhile.
        }
    }

    private void Note()
    {
        if (StepScope.Current is { } step)
        {
            step.Evidence["objects"] = Deleted.ToString(CultureInfo.InvariantCulture);
            step.Evidence["objects_per_second"] = _progress.PerSecond.ToString("0", CultureInfo.InvariantCulture);
            if (_pace.Slowed > 0)
            {
                step.Evidence["slowed_down"] = _pace.Slowed.ToString(CultureInfo.InvariantCulture);
            }
        }
    }
}
