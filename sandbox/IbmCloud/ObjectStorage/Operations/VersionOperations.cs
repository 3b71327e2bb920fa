using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Versioning of a bucket, and the list of versions.</summary>
public sealed class VersionOperations(BucketAccess access)
{
    public async Task GetAsync(S3Call call)
    {
        var state = access.Require(call).Settings.Versioning;
        using var xml = new S3Xml();

        // Never versioned is said by an empty document.
        await xml.OpenRoot("VersioningConfiguration").Optional("Status", state == VersioningState.Off ? null : state.ToString()).Close("VersioningConfiguration").SendAsync(call.Context);
    }

    public async Task PutAsync(S3Call call)
    {
        var bucket = access.Require(call);
        var status = "";
        await XmlInput.ReadAsync(call, "VersioningConfiguration", (element, text, _) => status = element == "Status" ? text.Trim() : status);
        var state = status switch
        {
            "Enabled" => VersioningState.Enabled,
            "Suspended" => VersioningState.Suspended,
            _ => throw new S3Exception(400, "IllegalVersioningConfigurationException", "The versioning configuration specified in the request is invalid."),
        };
        if (state == VersioningState.Suspended && bucket.Settings.ObjectLock is not null)
        {
            throw new S3Exception(409, "InvalidBucketState", "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.");
        }

        bucket.Change(settings => settings with { Versioning = state });
    }

    public async Task ListAsync(S3Call call)
    {
        var bucket = access.Require(call);
        var query = ListQuery.Of(call);
        var keyMarker = call.Query["key-marker"] ?? "";
        var versionMarker = call.Query["version-id-marker"] is { Length: > 0 } given ? given : null;
        if (versionMarker is not null && keyMarker.Length == 0)
        {
            throw S3Errors.InvalidArgument("A version-id marker cannot be specified without a key marker.");
        }

        var page = bucket.Browse(index => VersionPage.Read(index, query.Prefix, query.Delimiter, keyMarker, versionMarker, query.MaxKeys));
        using var xml = new S3Xml();
        xml.OpenRoot("ListVersionsResult")
            .Element("Name", bucket.Record.Name)
            .Element("Prefix", query.Encode(query.Prefix))
            .Element("KeyMarker", query.Encode(keyMarker))
            .Element("VersionIdMarker", versionMarker ?? "");
        if (page.NextKey is not null)
        {
            xml.Element("NextKeyMarker", query.Encode(page.NextKey)).Optional("NextVersionIdMarker", page.NextVersion);
        }

        xml.Element("MaxKeys", query.MaxKeys)
            .Optional("Delimiter", query.Delimiter.Length == 0 ? null : query.Encode(query.Delimiter))
            .Optional("EncodingType", query.EncodingType)
            .Element("IsTruncated", page.NextKey is not null);
        foreach (var (version, isLatest) in page.Versions)
        {
            Write(xml, bucket, query, version, isLatest);
        }

        foreach (var prefix in page.Prefixes)
        {
            xml.Open("CommonPrefixes").Element("Prefix", query.Encode(prefix)).Close("CommonPrefixes");
        }

        await xml.Close("ListVersionsResult").SendAsync(call.Context);
    }

    private static void Write(S3Xml xml, Bucket bucket, ListQuery query, IndexEntry version, bool isLatest)
    {
        var element = version.IsDeleteMarker ? "DeleteMarker" : "Version";
        xml.Open(element)
            .Element("Key", query.Encode(version.Key))
            .Element("VersionId", Bucket.NameOf(version.VersionId))
            .Element("IsLatest", isLatest)
            .Element("LastModified", version.LastModified);
        if (!version.IsDeleteMarker)
        {
            xml.ETag(version.ETag).Element("Size", version.Size).Element("StorageClass", "STANDARD");
        }

        ListOperations.WriteOwner(xml, "Owner", version.Owner ?? bucket.Record.InstanceGuid);
        xml.Close(element);
    }
}
