using System.Globalization;
using TempoCos.IbmCloud.ObjectStorage.Checksums;
using TempoCos.IbmCloud.ObjectStorage.Payloads;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Objects in parts: create, upload, copy, list, abort.</summary>
public sealed class MultipartOperations(BucketAccess access, TimeProvider time)
{
    public const int MostParts = 10_000;

    public async Task CreateAsync(S3Call call)
    {
        var bucket = access.Require(call);
        var info = ObjectHeaders.Read(call) with { Checksum = ChecksumNames.Parse(call.Header("x-amz-checksum-algorithm")) ?? ChecksumAlgorithm.Crc64Nvme };
        var upload = bucket.CreateUpload(info, time.GetUtcNow());
        using var xml = new S3Xml();
        await xml.OpenRoot("InitiateMultipartUploadResult")
            .Element("Bucket", bucket.Record.Name)
            .Element("Key", info.Key)
            .Element("UploadId", upload.Record.Id)
            .Close("InitiateMultipartUploadResult")
            .SendAsync(call.Context);
    }

    public async Task UploadPartAsync(S3Call call)
    {
        var bucket = access.Require(call);
        var upload = Require(bucket, call);
        var number = PartNumber(call);
        using var payload = Payload.Open(call.Request, call.Identity);
        using var draft = await Draft.ReceiveAsync(bucket.Drafts, payload, DigestClaim.Of(call.Request), call.Cancelled);
        var info = Save(upload, number, draft);
        call.Response.Headers.ETag = ObjectHeaders.Quote(info.ETag);
        call.Response.Headers[ChecksumNames.HeaderOf(info.Checksum)] = info.ChecksumValue;
        call.Response.ContentLength = 0;
    }

    public async Task CopyPartAsync(S3Call call)
    {
        var bucket = access.Require(call);
        var upload = Require(bucket, call);
        var number = PartNumber(call);
        using var source = CopySource.Open(call, access);
        var range = call.Header("x-amz-copy-source-range") is { } header
            ? ByteRange.Parse(header, source.Info.Size) ?? throw S3Errors.InvalidArgument("The x-amz-copy-source-range value must be of the form bytes=first-last")
            : new ByteRange(0, source.Info.Size);
        using var draft = Draft.Concatenate(bucket.Drafts, [(source, range.Offset, range.Length)], upload.Record.Object.Checksum, call.Cancelled);
        var info = Save(upload, number, draft);
        using var xml = new S3Xml();
        await xml.OpenRoot("CopyPartResult").Element("LastModified", info.LastModified).ETag(info.ETag).Close("CopyPartResult").SendAsync(call.Context);
    }

    public async Task ListPartsAsync(S3Call call)
    {
        var bucket = access.Require(call);
        var upload = Require(bucket, call);
        var most = Number(call.Query["max-parts"], 1000, 1000);
        var marker = Number(call.Query["part-number-marker"], 0, int.MaxValue);
        var rows = upload.Parts().Where(part => part.Key > marker).Take(most + 1).ToList();
        var truncated = rows.Count > most;
        var shown = rows.Take(most).ToList();
        using var xml = new S3Xml();
        xml.OpenRoot("ListPartsResult")
            .Element("Bucket", bucket.Record.Name)
            .Element("Key", call.Request.Key)
            .Element("UploadId", upload.Record.Id);
        foreach (var role in (ReadOnlySpan<string>)["Initiator", "Owner"])
        {
            xml.Open(role).Element("ID", bucket.Record.InstanceGuid).Element("DisplayName", bucket.Record.InstanceGuid).Close(role);
        }

        xml.Element("StorageClass", "STANDARD")
            .Element("PartNumberMarker", marker)
            .Element("NextPartNumberMarker", shown.Count > 0 ? shown[^1].Key : 0)
            .Element("MaxParts", most)
            .Element("IsTruncated", truncated);
        foreach (var (number, part) in shown)
        {
            xml.Open("Part").Element("PartNumber", number).Element("LastModified", part.LastModified).ETag(part.ETag).Element("Size", part.Size).Close("Part");
        }

        await xml.Close("ListPartsResult").SendAsync(call.Context);
    }

    public Task AbortAsync(S3Call call)
    {
        var bucket = access.Require(call);
        if (!bucket.RemoveUpload(Require(bucket, call)))
        {
            throw S3Errors.NoSuchUpload();
        }

        call.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public static Upload Require(Bucket bucket, S3Call call) => bucket.FindUpload(call.Query["uploadId"]!, call.Request.Key) ?? throw S3Errors.NoSuchUpload();

    private static int PartNumber(S3Call call) =>
        int.TryParse(call.Query["partNumber"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostParts
            ? number
            : throw S3Errors.InvalidArgument("Part number must be an integer between 1 and 10000, inclusive");

    private static int Number(string? text, int absent, int most) =>
        string.IsNullOrEmpty(text) ? absent
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? Math.Min(value, most)
            : throw S3Errors.InvalidArgument("A number is expected");

    private ObjectInfo Save(Upload upload, int number, Draft draft)
    {
        var info = new ObjectInfo
        {
            Key = upload.Record.Object.Key,
            Size = draft.Size,
            ETag = draft.Md5,
            LastModified = time.GetUtcNow(),
            Checksum = draft.Checksum,
            ChecksumValue = draft.ChecksumValue,
        };
        try
        {
            upload.Save(number, draft, info);
        }
        catch (DirectoryNotFoundException)
        {
            // Completed or aborted while the part came.
            throw S3Errors.NoSuchUpload();
        }

        return info;
    }
}
