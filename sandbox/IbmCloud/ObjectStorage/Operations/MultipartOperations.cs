using System.Globalization;
using TempoCos.IbmCloud.ObjectStorage.Checksums;
using TempoCos.IbmCloud.ObjectStorage.Payloads;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Objects in parts: create, upload, copy, list, abort.</summary>
public sealed class MultipartOperations(BucketAccess access, AclInput acls, TimeProvider time)
{
    public const int MostParts = 10_000;

    public async Task CreateAsync(S3Call call)
    {
        var bucket = access.Require(call);
        var chosen = ChecksumNames.Require(call.Header("x-amz-checksum-algorithm"));
        var algorithm = chosen ?? ChecksumAlgorithm.Crc64Nvme;
        var info = ObjectHeaders.Read(call, bucket, acls, time) with { Checksum = algorithm, ChecksumType = TypeOf(call, algorithm) };
        var upload = bucket.CreateUpload(info, chosen is not null);
        var headers = call.Response.Headers;
        if (bucket.AbortOf(info.Key, upload.Record.Initiated) is { } abort)
        {
            headers["x-amz-abort-date"] = abort.At.ToString("R", CultureInfo.InvariantCulture);
            headers["x-amz-abort-rule-id"] = abort.Rule;
        }

        if (chosen is not null)
        {
            headers["x-amz-checksum-algorithm"] = ChecksumNames.LabelOf(algorithm);
            headers["x-amz-checksum-type"] = ChecksumNames.LabelOf(info.ChecksumType);
        }

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
        var digest = DigestClaim.Of(call.Request, upload.Record.Object.Checksum);
        if (upload.Record.ChecksumIsChosen && digest.Algorithm != upload.Record.Object.Checksum)
        {
            throw S3Errors.InvalidRequest(
                $"Checksum Type mismatch occurred, expected checksum Type: {ChecksumNames.LabelOf(upload.Record.Object.Checksum)}, actual checksum Type: {ChecksumNames.LabelOf(digest.Algorithm)}");
        }

        using var payload = Payload.Open(call.Request, call.Identity);
        if (payload.Length > ObjectOperations.LargestPut)
        {
            throw S3Errors.EntityTooLarge();
        }

        using var draft = await Draft.ReceiveAsync(bucket.Drafts, payload, digest, call.Cancelled);
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
        using var source = CopySource.Of(call).Open(call, access);
        var range = call.Header("x-amz-copy-source-range") is { } header ? ByteRange.ParseOfCopy(header, source.Info.Size) : new ByteRange(0, source.Info.Size);
        using var draft = Draft.Concatenate(bucket.Drafts, [(source, range.Offset, range.Length)], upload.Record.Object.Checksum, call.Cancelled);
        var info = Save(upload, number, draft);
        using var xml = new S3Xml();
        xml.OpenRoot("CopyPartResult").Element("LastModified", info.LastModified).ETag(info.ETag);
        if (upload.Record.ChecksumIsChosen)
        {
            xml.Checksum(info.Checksum, info.ChecksumValue);
        }

        await xml.Close("CopyPartResult").SendAsync(call.Context);
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
        var owner = upload.Record.Object.Owner ?? bucket.Record.InstanceGuid;
        foreach (var role in (ReadOnlySpan<string>)["Initiator", "Owner"])
        {
            xml.Open(role).Element("ID", owner).Element("DisplayName", owner).Close(role);
        }

        xml.Element("StorageClass", "STANDARD")
            .Element("PartNumberMarker", marker)
            .Element("NextPartNumberMarker", shown.Count > 0 ? shown[^1].Key : 0)
            .Element("MaxParts", most)
            .Element("IsTruncated", truncated);
        var chosen = upload.Record.ChecksumIsChosen;
        if (chosen)
        {
            xml.Element("ChecksumAlgorithm", ChecksumNames.LabelOf(upload.Record.Object.Checksum)).Element("ChecksumType", ChecksumNames.LabelOf(upload.Record.Object.ChecksumType));
        }

        foreach (var (number, part) in shown)
        {
            xml.Open("Part").Element("PartNumber", number).Element("LastModified", part.LastModified).ETag(part.ETag).Element("Size", part.Size)
                .Checksum(part.Checksum, chosen ? part.ChecksumValue : null)
                .Close("Part");
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

    private static ChecksumType TypeOf(S3Call call, ChecksumAlgorithm algorithm)
    {
        var type = call.Header("x-amz-checksum-type") switch
        {
            null => algorithm == ChecksumAlgorithm.Crc64Nvme ? ChecksumType.FullObject : ChecksumType.Composite,
            "FULL_OBJECT" => ChecksumType.FullObject,
            "COMPOSITE" => ChecksumType.Composite,
            _ => throw S3Errors.InvalidRequest("Value for x-amz-checksum-type header is invalid."),
        };
        var fits = algorithm switch
        {
            ChecksumAlgorithm.Crc64Nvme => type == ChecksumType.FullObject,
            ChecksumAlgorithm.Sha1 or ChecksumAlgorithm.Sha256 => type == ChecksumType.Composite,
            _ => true,
        };
        return fits ? type : throw S3Errors.InvalidRequest($"The {ChecksumNames.LabelOf(type)} checksum type cannot be used with the {ChecksumNames.LabelOf(algorithm)} checksum algorithm.");
    }

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
