using TempoCos.IbmCloud.ObjectStorage.Checksums;
using TempoCos.IbmCloud.ObjectStorage.Payloads;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Objects: put, get, head, delete.</summary>
public sealed class ObjectOperations(BucketAccess access, TimeProvider time)
{
    private const int WriteSize = 64 * 1024;
    private const long LargestPut = 5L << 30;

    public async Task PutAsync(S3Call call)
    {
        var bucket = access.Require(call);
        var template = ObjectHeaders.Read(call);
        var precondition = Preconditions.OfWrite(call);
        using var payload = Payload.Open(call.Request, call.Identity);
        if (payload.Length > LargestPut)
        {
            throw S3Errors.EntityTooLarge();
        }

        using var draft = await Draft.ReceiveAsync(bucket.Drafts, payload, DigestClaim.Of(call.Request), call.Cancelled);
        var info = template with { Size = draft.Size, ETag = draft.Md5, LastModified = time.GetUtcNow(), Checksum = draft.Checksum, ChecksumValue = draft.ChecksumValue };
        bucket.Commit(draft, info, precondition);
        call.Response.Headers.ETag = ObjectHeaders.Quote(info.ETag);
        ObjectHeaders.WriteChecksum(call.Response.Headers, info);
        call.Response.ContentLength = 0;
    }

    public async Task GetAsync(S3Call call)
    {
        using var file = Open(call);
        if (file is null)
        {
            return;
        }

        var range = ByteRange.Parse(call.Header("Range"), file.Info.Size);
        ObjectHeaders.Write(call, file.Info, whole: range is null);
        var (offset, length) = range is { } part ? (part.Offset, part.Length) : (0, file.Info.Size);
        WriteRange(call, range, file.Info.Size);
        await SendAsync(call, file, offset, length);
    }

    public Task HeadAsync(S3Call call)
    {
        using var file = Open(call);
        if (file is not null)
        {
            var range = ByteRange.Parse(call.Header("Range"), file.Info.Size);
            ObjectHeaders.Write(call, file.Info, whole: range is null);
            WriteRange(call, range, file.Info.Size);
        }

        return Task.CompletedTask;
    }

    public Task DeleteAsync(S3Call call)
    {
        access.Require(call).Delete(call.Request.Key);
        call.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static void WriteRange(S3Call call, ByteRange? range, long size)
    {
        call.Response.ContentLength = range?.Length ?? size;
        if (range is { } part)
        {
            call.Response.StatusCode = StatusCodes.Status206PartialContent;
            call.Response.Headers.ContentRange = $"bytes {part.Offset}-{part.Offset + part.Length - 1}/{size}";
        }
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
        var file = access.Require(call).Open(call.Request.Key) ?? throw S3Errors.NoSuchKey();
        try
        {
            if (!Preconditions.IsNotModified(call, file.Info))
            {
                return file;
            }

            call.Response.StatusCode = StatusCodes.Status304NotModified;
            call.Response.Headers.ETag = ObjectHeaders.Quote(file.Info.ETag);
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
