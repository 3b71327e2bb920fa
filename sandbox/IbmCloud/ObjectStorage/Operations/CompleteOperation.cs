using System.Globalization;
using System.Security.Cryptography;
using TempoCos.IbmCloud.ObjectStorage.Checksums;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Makes an object of an upload's parts.</summary>
public sealed class CompleteOperation(BucketAccess access, KnobPanel knobs, TimeProvider time)
{
    public async Task CompleteAsync(S3Call call)
    {
        var bucket = access.Require(call);
        var id = call.Query["uploadId"]!;
        if (bucket.FindUpload(id, call.Request.Key) is not { } upload)
        {
            // The first answer may have been lost: a client asks again and gets it again.
            await AnswerAsync(call, bucket, Completed(bucket, call.Request.Key, id) ?? throw S3Errors.NoSuchUpload());
            return;
        }

        var parts = Select(upload, await ReadAsync(call));
        var info = Assemble(call, bucket, upload, parts);
        bucket.RemoveUpload(upload);
        await AnswerAsync(call, bucket, info);
    }

    private static ObjectInfo? Completed(Bucket bucket, string key, string id)
    {
        using var file = bucket.Open(key);
        return file?.Info.UploadId == id ? file.Info : null;
    }

    private static async Task AnswerAsync(S3Call call, Bucket bucket, ObjectInfo info)
    {
        ObjectHeaders.WriteVersion(call.Response.Headers, info);
        using var xml = new S3Xml();
        await xml.OpenRoot("CompleteMultipartUploadResult")
            .Element("Location", $"{call.Context.Request.Scheme}://{call.Context.Request.Host}/{bucket.Record.Name}/{Uri.EscapeDataString(info.Key).Replace("%2F", "/", StringComparison.Ordinal)}")
            .Element("Bucket", bucket.Record.Name)
            .Element("Key", info.Key)
            .ETag(info.ETag)
            .Checksum(info.Checksum, info.ChecksumValue)
            .Element("ChecksumType", ChecksumNames.LabelOf(info.ChecksumType))
            .Close("CompleteMultipartUploadResult")
            .SendAsync(call.Context);
    }

    private static async Task<List<WantedPart>> ReadAsync(S3Call call)
    {
        var wanted = new List<WantedPart>();
        string number = "", etag = "";
        string? checksum = null;

        // A checksum header is that of the object, not of this body.
        var present = await XmlInput.ReadAsync(call, "CompleteMultipartUpload", DigestClaim.None, (element, text, parent) =>
        {
            switch (element, parent)
            {
                case ("PartNumber", "Part"):
                    number = text.Trim();
                    break;
                case ("ETag", "Part"):
                    etag = text.Trim().Trim('"');
                    break;
                case ("Part", _):
                    wanted.Add(new WantedPart(int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw S3Errors.MalformedXml(), etag, checksum));
                    checksum = null;
                    break;
                case (_, "Part") when element.StartsWith("Checksum", StringComparison.Ordinal):
                    checksum = text.Trim();
                    break;
            }
        });
        return present && wanted.Count is > 0 and <= MultipartOperations.MostParts ? wanted : throw S3Errors.MalformedXml();
    }

    private static string ETagOf(List<(int Number, ObjectInfo Part)> parts)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        foreach (var (_, part) in parts)
        {
            md5.AppendData(Convert.FromHexString(part.ETag));
        }

        return $"{Convert.ToHexStringLower(md5.GetHashAndReset())}-{parts.Count}";
    }

    private static string? CompositeOf(ChecksumAlgorithm algorithm, List<(int Number, ObjectInfo Part)> parts)
    {
        using var checksum = new RunningChecksum(algorithm);
        foreach (var (_, part) in parts)
        {
            checksum.Append(Convert.FromBase64String(part.ChecksumValue!));
        }

        return $"{checksum.Finish()}-{parts.Count}";
    }

    private static void RequireClaims(S3Call call, ObjectInfo info)
    {
        foreach (var algorithm in ChecksumNames.All)
        {
            if (call.Header(ChecksumNames.HeaderOf(algorithm)) is { } claimed && (algorithm != info.Checksum || claimed != info.ChecksumValue))
            {
                throw S3Errors.BadDigest();
            }
        }

        if (call.Header("x-amz-checksum-type") is { } type && type != ChecksumNames.LabelOf(info.ChecksumType))
        {
            throw S3Errors.InvalidRequest($"The upload was created using the {ChecksumNames.LabelOf(info.ChecksumType)} checksum mode. The complete request must use the same checksum mode.");
        }

        if (call.Header("x-amz-mp-object-size") is { } size && size != info.Size.ToString(CultureInfo.InvariantCulture))
        {
            throw S3Errors.InvalidRequest("The provided 'x-amz-mp-object-size' header does not match what was computed.");
        }
    }

    private List<(int Number, ObjectInfo Part)> Select(Upload upload, List<WantedPart> wanted)
    {
        var present = upload.Parts();
        var selected = new List<(int, ObjectInfo)>(wanted.Count);
        var previous = 0;

        // Of a part that is named twice, as clients do that sent it twice, the last counts.
        foreach (var (number, etag, checksum) in wanted.Where((part, at) => at + 1 == wanted.Count || wanted[at + 1].Number != part.Number))
        {
            if (number < previous)
            {
                throw S3Errors.InvalidPartOrder();
            }

            if (!present.TryGetValue(number, out var part) || part.ETag != etag || (checksum is not null && checksum != part.ChecksumValue))
            {
                throw S3Errors.InvalidPart();
            }

            selected.Add((number, part));
            previous = number;
        }

        return selected.SkipLast(1).Any(one => one.Item2.Size < knobs.Current.MinimumPartBytes) ? throw S3Errors.EntityTooSmall() : selected;
    }

    private ObjectInfo Assemble(S3Call call, Bucket bucket, Upload upload, List<(int Number, ObjectInfo Part)> parts)
    {
        var template = upload.Record.Object;
        var composite = template.ChecksumType == ChecksumType.Composite;
        var files = new List<ObjectFile>(parts.Count);
        try
        {
            foreach (var (number, _) in parts)
            {
                files.Add(ObjectFile.Open(upload.FileOf(number)) ?? throw S3Errors.NoSuchUpload());
            }

            using var draft = Draft.Concatenate(
                bucket.Drafts, files.Select(file => (file, 0L, file.Info.Size)), composite ? null : template.Checksum, call.Cancelled, withMd5: false);
            var info = template with
            {
                Size = draft.Size,
                ETag = ETagOf(parts),
                LastModified = time.GetUtcNow(),
                ChecksumValue = composite ? CompositeOf(template.Checksum, parts) : draft.ChecksumValue,
                Parts = [.. parts.Select(one => new PartInfo(one.Number, one.Part.Size, one.Part.Checksum == template.Checksum && upload.Record.ChecksumIsChosen ? one.Part.ChecksumValue : null))],
                UploadId = upload.Record.Id,
            };
            RequireClaims(call, info);
            return bucket.Commit(draft, info, Preconditions.OfWrite(call));
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    private sealed record WantedPart(int Number, string ETag, string? Checksum);
}
