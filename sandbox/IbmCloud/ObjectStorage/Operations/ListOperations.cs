using System.Buffers.Text;
using System.Text;
using TempoCos.IbmCloud.ObjectStorage.Checksums;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Lists of objects, version 1 and 2, and of multipart uploads.</summary>
public sealed class ListOperations(BucketAccess access)
{
    public async Task ListV1Async(S3Call call)
    {
        var bucket = access.Require(call);
        var query = ListQuery.Of(call);
        var marker = call.Query["marker"] ?? "";
        var page = bucket.Browse(index => call.ReadPage(index, query.Prefix, query.Delimiter, marker, continues: call.Listing is { IgnoreStartAfter: false }, query.MaxKeys));
        using var xml = new S3Xml();
        xml.OpenRoot("ListBucketResult")
            .Element("Name", bucket.Record.Name)
            // Clients of version 1 do not decode it.
            .Element("Prefix", query.Prefix)
            .Element("Marker", query.Encode(marker));
        if (page.Next is not null)
        {
            xml.Element("NextMarker", query.Encode(page.Next));
        }

        xml.Element("MaxKeys", query.MaxKeys).Optional("Delimiter", query.Delimiter.Length == 0 ? null : query.Encode(query.Delimiter)).Optional("EncodingType", query.EncodingType)
            .Element("IsTruncated", page.Next is not null);
        WriteContents(xml, bucket, page, query, withOwner: true);
        await xml.Close("ListBucketResult").SendAsync(call.Context);
    }

    public async Task ListV2Async(S3Call call)
    {
        var bucket = access.Require(call);
        var query = ListQuery.Of(call);
        var token = call.Query["continuation-token"];
        var startAfter = call.Query["start-after"];
        var after = string.IsNullOrEmpty(token) ? startAfter ?? "" : DecodeToken(token);
        var page = bucket.Browse(index => call.ReadPage(index, query.Prefix, query.Delimiter, after, continues: !string.IsNullOrEmpty(token), query.MaxKeys));
        using var xml = new S3Xml();
        xml.OpenRoot("ListBucketResult")
            .Element("Name", bucket.Record.Name)
            .Element("Prefix", query.Encode(query.Prefix))
            .Element("KeyCount", page.Entries.Count + page.Prefixes.Count)
            .Element("MaxKeys", query.MaxKeys)
            .Optional("Delimiter", query.Delimiter.Length == 0 ? null : query.Encode(query.Delimiter))
            .Optional("EncodingType", query.EncodingType)
            .Element("IsTruncated", page.Next is not null)
            .Optional("ContinuationToken", token)
            .Optional("NextContinuationToken", page.Next is null ? null : Base64Url.EncodeToString(Encoding.UTF8.GetBytes(page.Next)))
            .Optional("StartAfter", startAfter is null ? null : query.Encode(startAfter));
        WriteContents(xml, bucket, page, query, withOwner: call.Query["fetch-owner"] == "true");
        await xml.Close("ListBucketResult").SendAsync(call.Context);
    }

    public async Task ListUploadsAsync(S3Call call)
    {
        var bucket = access.Require(call);
        var query = ListQuery.Of(call, "max-uploads");
        var keyMarker = call.Query["key-marker"] ?? "";
        var idMarker = call.Query["upload-id-marker"] ?? "";
        var rows = bucket.Uploads
            .Where(upload => upload.Record.Object.Key.StartsWith(query.Prefix, StringComparison.Ordinal))
            .OrderBy(upload => upload.Record.Object.Key, KeyOrder.Instance).ThenBy(upload => upload.Record.Id, StringComparer.Ordinal)
            .Where(upload => KeyOrder.Instance.Compare(upload.Record.Object.Key, keyMarker) is var order
                && (order > 0 || (order == 0 && idMarker.Length > 0 && string.CompareOrdinal(upload.Record.Id, idMarker) > 0)))
            .Take(query.MaxKeys + 1)
            .ToList();
        var truncated = rows.Count > query.MaxKeys;
        var shown = rows.Take(query.MaxKeys).ToList();
        using var xml = new S3Xml();
        xml.OpenRoot("ListMultipartUploadsResult")
            .Element("Bucket", bucket.Record.Name)
            .Element("KeyMarker", query.Encode(keyMarker))
            .Element("UploadIdMarker", idMarker)
            .Element("NextKeyMarker", truncated && shown.Count > 0 ? query.Encode(shown[^1].Record.Object.Key) : "")
            .Element("NextUploadIdMarker", truncated && shown.Count > 0 ? shown[^1].Record.Id : "")
            .Element("Prefix", query.Encode(query.Prefix))
            .Optional("Delimiter", query.Delimiter.Length == 0 ? null : query.Encode(query.Delimiter))
            .Optional("EncodingType", query.EncodingType)
            .Element("MaxUploads", query.MaxKeys)
            .Element("IsTruncated", truncated);
        foreach (var upload in shown)
        {
            xml.Open("Upload").Element("Key", query.Encode(upload.Record.Object.Key)).Element("UploadId", upload.Record.Id);
            WriteOwner(xml, "Initiator", upload.Record.Object.Owner ?? bucket.Record.InstanceGuid);
            WriteOwner(xml, "Owner", upload.Record.Object.Owner ?? bucket.Record.InstanceGuid);
            xml.Element("StorageClass", "STANDARD").Element("Initiated", upload.Record.Initiated).Close("Upload");
        }

        await xml.Close("ListMultipartUploadsResult").SendAsync(call.Context);
    }

    private static void WriteContents(S3Xml xml, Bucket bucket, ListPage page, ListQuery query, bool withOwner)
    {
        foreach (var entry in page.Entries)
        {
            xml.Open("Contents")
                .Element("Key", query.Encode(entry.Key))
                .Element("LastModified", entry.LastModified)
                .ETag(entry.ETag)
                .Element("ChecksumAlgorithm", ChecksumNames.LabelOf(entry.Checksum))
                .Element("ChecksumType", ChecksumNames.LabelOf(entry.ChecksumType))
                .Element("Size", entry.Size);
            if (withOwner)
            {
                WriteOwner(xml, "Owner", entry.Owner ?? bucket.Record.InstanceGuid);
            }

            xml.Element("StorageClass", "STANDARD").Close("Contents");
        }

        foreach (var prefix in page.Prefixes)
        {
            xml.Open("CommonPrefixes").Element("Prefix", query.Encode(prefix)).Close("CommonPrefixes");
        }
    }

    public static void WriteOwner(S3Xml xml, string element, string owner) => xml.Open(element).Element("ID", owner).Element("DisplayName", owner).Close(element);

    private static string DecodeToken(string token)
    {
        try
        {
            return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));
        }
        catch (FormatException)
        {
            throw S3Errors.InvalidArgument("The continuation token provided is incorrect");
        }
    }
}
