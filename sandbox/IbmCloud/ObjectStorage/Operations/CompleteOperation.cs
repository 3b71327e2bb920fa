using System.Globalization;
using System.Security.Cryptography;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Makes an object of an upload's parts.</summary>
public sealed class CompleteOperation(BucketAccess access, KnobPanel knobs, TimeProvider time)
{
    public async Task CompleteAsync(S3Call call)
    {
        var bucket = access.Require(call);
        var upload = MultipartOperations.Require(bucket, call);
        var wanted = await ReadAsync(call);
        var parts = Select(upload, wanted);
        var files = new List<ObjectFile>(parts.Count);
        ObjectInfo info;
        try
        {
            foreach (var (number, _) in parts)
            {
                files.Add(ObjectFile.Open(upload.FileOf(number)) ?? throw S3Errors.NoSuchUpload());
            }

            using var draft = Draft.Concatenate(bucket.Drafts, files.Select(file => (file, 0L, file.Info.Size)), upload.Record.Object.Checksum, call.Cancelled);
            info = upload.Record.Object with
            {
                Size = draft.Size,
                ETag = ETagOf(files),
                LastModified = time.GetUtcNow(),
                ChecksumValue = draft.ChecksumValue,
            };
            bucket.Commit(draft, info, Preconditions.OfWrite(call));
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }

        bucket.RemoveUpload(upload);
        using var xml = new S3Xml();
        await xml.OpenRoot("CompleteMultipartUploadResult")
            .Element("Location", $"{call.Context.Request.Scheme}://{call.Context.Request.Host}/{bucket.Record.Name}/{Uri.EscapeDataString(info.Key)}")
            .Element("Bucket", bucket.Record.Name)
            .Element("Key", info.Key)
            .ETag(info.ETag)
            .Close("CompleteMultipartUploadResult")
            .SendAsync(call.Context);
    }

    private static async Task<List<(int Number, string ETag)>> ReadAsync(S3Call call)
    {
        var wanted = new List<(int, string)>();
        string number = "", etag = "";
        var present = await XmlInput.ReadAsync(call, "CompleteMultipartUpload", (element, text, parent) =>
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
                    wanted.Add((int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw S3Errors.MalformedXml(), etag));
                    break;
            }
        });
        return present && wanted.Count is > 0 and <= MultipartOperations.MostParts ? wanted : throw S3Errors.MalformedXml();
    }

    private List<(int Number, IndexEntry Part)> Select(Upload upload, List<(int Number, string ETag)> wanted)
    {
        var present = upload.Parts();
        var selected = new List<(int, IndexEntry)>(wanted.Count);
        var previous = 0;
        foreach (var (number, etag) in wanted)
        {
            if (number <= previous)
            {
                throw S3Errors.InvalidPartOrder();
            }

            if (!present.TryGetValue(number, out var part) || part.ETag != etag)
            {
                throw S3Errors.InvalidPart();
            }

            selected.Add((number, part));
            previous = number;
        }

        return selected.SkipLast(1).Any(one => one.Item2.Size < knobs.Current.MinimumPartBytes) ? throw S3Errors.EntityTooSmall() : selected;
    }

    private static string ETagOf(List<ObjectFile> files)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        foreach (var file in files)
        {
            md5.AppendData(Convert.FromHexString(file.Info.ETag));
        }

        return $"{Convert.ToHexStringLower(md5.GetHashAndReset())}-{files.Count}";
    }
}
