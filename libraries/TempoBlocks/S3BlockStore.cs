using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace TempoCos.TempoBlocks;

/// <summary>
/// Objects in a bucket, below an optional prefix ("" or "a/b"). The client's owner disposes of it. Errors of the
/// service other than a missing object arrive as the client's <see cref="AmazonS3Exception"/>.
/// </summary>
public sealed class S3BlockStore(IAmazonS3 client, string bucket, string prefix = "") : IBlockStore
{
    private const long PartSize = 16 << 20;
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
            await client.PutObjectAsync(
                new PutObjectRequest { BucketName = bucket, Key = _root + key, InputStream = content, AutoCloseStream = false }, ct);
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
            await client.CopyObjectAsync(
                new CopyObjectRequest
                {
                    SourceBucket = bucket,
                    SourceKey = _root + from,
                    DestinationBucket = bucket,
                    DestinationKey = _root + to,
                },
                ct);
        }
        catch (AmazonS3Exception e) when (IsMissing(e))
        {
            throw new ObjectNotFoundException(from, e);
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken ct) => client.DeleteObjectAsync(bucket, _root + key, ct);

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
        var upload = await client.InitiateMultipartUploadAsync(bucket, key, ct);
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

                var part = await client.UploadPartAsync(
                    new UploadPartRequest
                    {
                        BucketName = bucket,
                        Key = key,
                        UploadId = upload.UploadId,
                        PartNumber = parts.Count + 1,
                        PartSize = read,
                        InputStream = new MemoryStream(buffer, 0, read, writable: false),
                    },
                    ct);
                parts.Add(new PartETag(parts.Count + 1, part.ETag));
            }
            while (read == buffer.Length);
            await client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload.UploadId, PartETags = parts }, ct);
        }
        catch
        {
            // A cancelled upload must not leave billed parts behind.
            await client.AbortMultipartUploadAsync(bucket, key, upload.UploadId, CancellationToken.None);
            throw;
        }
    }
}
