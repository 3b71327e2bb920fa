using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace TempoCos.TempoBlocks;

/// <summary>
/// Objects in a bucket, below an optional prefix ("" or "a/b"). The client's owner disposes of it. Errors of the
/// service other than a missing object arrive as the client's <see cref="AmazonS3Exception"/>. Content of more than 16 MiB is uploaded in
/// parts of that size, of which one is in memory; failures that may pass are tried again a few times (besides the client's own attempts).
/// </summary>
public sealed class S3BlockStore(IAmazonS3 client, string bucket, string prefix = "") : IBlockStore
{
    private const long PartSize = 16 << 20;
    private static readonly TimeSpan AbortDeadline = TimeSpan.FromSeconds(30);
    private readonly string _root = prefix.Trim('/') is { Length: > 0 } p ? p + "/" : "";

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = _root + prefix };
        ListObjectsV2Response page;
        do
        {
            page = await client.ListObjectsV2Async(request, ct);
            foreach (var o in page.S3Objects ?? [])
            {
                yield return new StoredObject(o.Key[_root.Length..], o.Size ?? 0, o.LastModified?.ToUniversalTime() ?? DateTimeOffset.MinValue);
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken ct)
    {
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = _root + prefix, Delimiter = "/" };
        var folders = new SortedSet<string>(StringComparer.Ordinal);
        ListObjectsV2Response page;
        do
        {
            page = await client.ListObjectsV2Async(request, ct);
            folders.UnionWith((page.CommonPrefixes ?? []).Select(f => f[_root.Length..].TrimEnd('/')));
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
        return [.. folders];
    }

    /// <inheritdoc/>
    public async Task<byte[]> ReadAsync(string key, CancellationToken ct)
    {
        using var response = await GetAsync(key, null, ct);
        using var content = new MemoryStream();
        await response.ResponseStream.CopyToAsync(content, ct);
        return content.Length == response.ContentLength
            ? content.ToArray()
            : throw new EndOfStreamException($"'{key}' ended after {content.Length} of {response.ContentLength} bytes.");
    }

    /// <inheritdoc/>
    public async Task ReadRangeAsync(string key, long offset, Memory<byte> destination, CancellationToken ct)
    {
        if (destination.IsEmpty)
        {
            return;
        }

        try
        {
            using var response = await GetAsync(key, new ByteRange(offset, offset + destination.Length - 1), ct);
            await response.ResponseStream.ReadExactlyAsync(destination, ct);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            throw new EndOfStreamException($"'{key}' ends before byte {offset}.", e);
        }
    }

    /// <inheritdoc/>
    public async Task WriteAsync(string key, Stream content, CancellationToken ct)
    {
        if (content.CanSeek && content.Length - content.Position <= PartSize)
        {
            var start = content.Position;
            await TransientFailure.RetryAsync(
                () =>
                {
                    content.Position = start;
                    return client.PutObjectAsync(
                        new PutObjectRequest { BucketName = bucket, Key = _root + key, InputStream = content, AutoCloseStream = false }, ct);
                },
                ct);
            return;
        }

        await WritePartsAsync(_root + key, content, ct);
    }

    /// <inheritdoc/>
    public async Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        await WriteAsync(key, stream, ct);
    }

    /// <inheritdoc/>
    public async Task CopyAsync(string from, string to, CancellationToken ct)
    {
        try
        {
            var request = new CopyObjectRequest
            {
                SourceBucket = bucket,
                SourceKey = _root + from,
                DestinationBucket = bucket,
                DestinationKey = _root + to,
            };
            await TransientFailure.RetryAsync(() => client.CopyObjectAsync(request, ct), ct);
        }
        catch (AmazonS3Exception e) when (IsMissing(e))
        {
            throw new ObjectNotFoundException(from, e);
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken ct) =>
        TransientFailure.RetryAsync(() => client.DeleteObjectAsync(bucket, _root + key, ct), ct);

    /// <inheritdoc/>
    public async Task DeleteUnfinishedAsync(string prefix, DateTimeOffset before, CancellationToken ct)
    {
        var request = new ListMultipartUploadsRequest { BucketName = bucket, Prefix = _root + prefix };
        ListMultipartUploadsResponse page;
        do
        {
            page = await client.ListMultipartUploadsAsync(request, ct);
            foreach (var upload in (page.MultipartUploads ?? []).Where(u => u.Initiated?.ToUniversalTime() < before.UtcDateTime))
            {
                await client.AbortMultipartUploadAsync(bucket, upload.Key, upload.UploadId, ct);
            }

            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
        while (page.IsTruncated == true);
    }

    private static bool IsMissing(AmazonS3Exception e) => e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != "NoSuchBucket";

    private async Task<GetObjectResponse> GetAsync(string key, ByteRange? range, CancellationToken ct)
    {
        try
        {
            return await client.GetObjectAsync(
                new GetObjectRequest { BucketName = bucket, Key = _root + key, ByteRange = range }, ct);
        }
        catch (AmazonS3Exception e) when (IsMissing(e))
        {
            throw new ObjectNotFoundException(key, e);
        }
    }

    private async Task WritePartsAsync(string key, Stream content, CancellationToken ct)
    {
        var upload = await TransientFailure.RetryAsync(() => client.InitiateMultipartUploadAsync(bucket, key, ct), ct);
        try
        {
            var parts = new List<PartETag>();
            var buffer = new byte[PartSize];
            int read;
            do
            {
                read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
                if (read == 0 && parts.Count > 0)
                {
                    break;
                }

                var number = parts.Count + 1;
                var part = await TransientFailure.RetryAsync(
                    () => client.UploadPartAsync(
                        new UploadPartRequest
                        {
                            BucketName = bucket,
                            Key = key,
                            UploadId = upload.UploadId,
                            PartNumber = number,
                            PartSize = read,
                            InputStream = new MemoryStream(buffer, 0, read, writable: false),
                        },
                        ct),
                    ct);
                parts.Add(new PartETag(number, part.ETag));
            }
            while (read == buffer.Length);
            await client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload.UploadId, PartETags = parts }, ct);
        }
        catch
        {
            // A cancelled upload must not leave billed parts behind.
            await AbortAsync(key, upload.UploadId);
            throw;
        }
    }

    private async Task AbortAsync(string key, string upload)
    {
        using var deadline = new CancellationTokenSource(AbortDeadline);
        try
        {
            await client.AbortMultipartUploadAsync(bucket, key, upload, deadline.Token);
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException or HttpRequestException or OperationCanceledException)
        {
            // What ended the upload is the error to tell; the parts go with DeleteUnfinishedAsync.
        }
    }
}
