using System.Globalization;
using TempoCos.IbmCloud.ObjectStorage.Checksums;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Tells what a client wants to know of an object without its bytes.</summary>
public sealed class AttributesOperation(BucketAccess access)
{
    private static readonly string[] Known = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];

    public async Task GetAsync(S3Call call)
    {
        using var file = access.RequireObject(call);
        var info = file.Info;
        var wanted = call.Header("x-amz-object-attributes")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            ?? throw S3Errors.InvalidRequest("The x-amz-object-attributes header is missing.");
        if (wanted.Length == 0 || wanted.Except(Known).Any())
        {
            throw S3Errors.InvalidArgument("Invalid attribute name specified.");
        }

        call.Response.Headers.LastModified = info.LastModified.ToString("R", CultureInfo.InvariantCulture);
        ObjectHeaders.WriteVersion(call.Response.Headers, info);
        using var xml = new S3Xml();
        xml.OpenRoot("GetObjectAttributesResponse");
        if (wanted.Contains("ETag"))
        {
            xml.Element("ETag", info.ETag);
        }

        if (wanted.Contains("Checksum") && info.ChecksumValue is not null)
        {
            xml.Open("Checksum").Checksum(info.Checksum, info.ChecksumValue).Element("ChecksumType", ChecksumNames.LabelOf(info.ChecksumType)).Close("Checksum");
        }

        if (wanted.Contains("ObjectParts") && info.Parts is { } parts)
        {
            WriteParts(xml, call, info, parts);
        }

        if (wanted.Contains("StorageClass"))
        {
            xml.Element("StorageClass", "STANDARD");
        }

        if (wanted.Contains("ObjectSize"))
        {
            xml.Element("ObjectSize", info.Size);
        }

        await xml.Close("GetObjectAttributesResponse").SendAsync(call.Context);
    }

    private static void WriteParts(S3Xml xml, S3Call call, ObjectInfo info, List<PartInfo> parts)
    {
        var marker = Number(call, "x-amz-part-number-marker", 0);
        var most = Math.Min(Number(call, "x-amz-max-parts", 1000), 1000);
        var rest = parts.Where(part => part.Number > marker).ToList();
        var shown = rest.Take(most).ToList();
        xml.Open("ObjectParts")
            .Element("PartsCount", parts.Count)
            .Element("PartNumberMarker", marker)
            .Element("NextPartNumberMarker", shown.Count > 0 ? shown[^1].Number : 0)
            .Element("MaxParts", most)
            .Element("IsTruncated", shown.Count < rest.Count);
        foreach (var part in shown)
        {
            xml.Open("Part").Element("PartNumber", part.Number).Element("Size", part.Size).Checksum(info.Checksum, part.Checksum).Close("Part");
        }

        xml.Close("ObjectParts");
    }

    private static int Number(S3Call call, string header, int absent) => call.Header(header) is not { } text ? absent
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
        : throw S3Errors.InvalidArgument($"{header} must be a number.");
}
