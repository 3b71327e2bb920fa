using TempoCos.IbmCloud.ObjectStorage.Checksums;
using TempoCos.IbmCloud.ObjectStorage.Payloads;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Objects: put, get, head, delete.</summary>
public sealed class ObjectOperations(BucketAccess access, AclInput acls, TimeProvider time)
{
    public const long LargestPut = 5L << 30;
    private const int WriteSize = 64 * 1024;

    public async Task PutAsync(S3Call call)
    {
        var bucket = access.Require(call);
        var template = ObjectHeaders.Read(call, bucket, acls, time);
        var precondition = Preconditions.OfWrite(call);
        using var payload = Payload.Open(call.Request, call.Identity);
        if (payload.Length > LargestPut)
        {
            throw S3Errors.EntityTooLarge();
        }

        using var draft = await Draft.ReceiveAsync(bucket.Drafts, payload, DigestClaim.Of(call.Request), call.Cancelled);
        var info = bucket.Commit(
            draft,
            template with { Size = draft.Size, ETag = draft.Md5, LastModified = time.GetUtcNow(), Checksum = draft.Checksum, ChecksumValue = draft.ChecksumValue },
            precondition);
        call.Response.Headers.ETag = ObjectHeaders.Quote(info.ETag);
        ObjectHeaders.WriteChecksum(call.Response.Headers, info);
        ObjectHeaders.WriteVersion(call.Response.Headers, info);
        call.Response.ContentLength = 0;
    }

    public async Task GetAsync(S3Call call)
    {
        using var file = Open(call);
        if (file is null)
        {
            return;
        }

        var (offset, length) = WriteHead(call, file.Info);
        await SendAsync(call, file, offset, length);
    }

    public Task HeadAsync(S3Call call)
    {
        using var file = Open(call);
        if (file is not null)
        {
            WriteHead(call, file.Info);
        }

        return Task.CompletedTask;
    }

    public Task DeleteAsync(S3Call call)
    {
        var bucket = access.Require(call);
        var versionId = call.Query["versionId"];
        var precondition = Preconditions.OfDelete(call);
        var deleted = versionId is null
            ? bucket.Delete(call.Request.Key, precondition)
            : bucket.DeleteVersion(call.Request.Key, Bucket.ParseVersionId(versionId), LockRules.OfDelete(call, time) + precondition);
        if (deleted.VersionId is not null)
        {
            call.Response.Headers["x-amz-version-id"] = deleted.VersionId;
        }

        if (deleted.IsDeleteMarker)
        {
            call.Response.Headers["x-amz-delete-marker"] = "true";
        }

        call.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>Writes status and headers for the whole object, a part or a range of it; returns what the body is.</summary>
    private static (long Offset, long Length) WriteHead(S3Call call, ObjectInfo info)
    {
        var part = PartRange.Of(call, info);
        var range = part?.Range ?? ByteRange.Parse(call.Header("Range"), info.Size);
        ObjectHeaders.Write(call, info);

        // With HEAD only for who asks; with GET always, as Cloud Object Storage does.
        if (HttpMethods.IsGet(call.Context.Request.Method) || string.Equals(call.Header("x-amz-checksum-mode"), "ENABLED", StringComparison.OrdinalIgnoreCase))
        {
            ObjectHeaders.WriteChecksum(call.Response.Headers, part is not null ? info with { ChecksumValue = part.Checksum } : range is null ? info : info with { ChecksumValue = null });
        }

        if (part?.Count is { } count)
        {
            call.Response.Headers["x-amz-mp-parts-count"] = count.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        call.Response.ContentLength = range?.Length ?? info.Size;
        if (range is not { } bytes)
        {
            return (0, info.Size);
        }

        if (bytes.Length > 0)
        {
            call.Response.StatusCode = StatusCodes.Status206PartialContent;
            call.Response.Headers.ContentRange = $"bytes {bytes.Offset}-{bytes.Offset + bytes.Length - 1}/{info.Size}";
        }

        return (bytes.Offset, bytes.Length);
    }

    private static async Task SendAsync(S3Call call, ObjectFile file, long offset, long length)
    {
        var writer = call.Response.BodyWriter;
        for (long sent = 0; sent < length;)
        {
            var memory = writer.GetMemory(WriteSize);
            var count = RandomAccess.Read(file.Handle, memory.Span[..(int)Math.Min(memory.Length, length - sent)], offset + sent);
            if (count == 0)
            {
                throw new InvalidDataException("a stored object is shorter than it says");
            }

            writer.Advance(count);
            sent += count;
            await writer.FlushAsync(call.Cancelled);
        }
    }

    /// <summary>The object; null when the answer is 304, and given.</summary>
    private ObjectFile? Open(S3Call call)
    {
        var file = access.RequireObject(call);
        try
        {
            if (!Preconditions.IsNotModified(call, file.Info))
            {
                return file;
            }

            call.Response.StatusCode = StatusCodes.Status304NotModified;
            call.Response.Headers.ETag = ObjectHeaders.Quote(file.Info.ETag);
            ObjectHeaders.WriteVersion(call.Response.Headers, file.Info);
            file.Dispose();
            return null;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
