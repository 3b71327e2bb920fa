using TempoCos.IbmCloud.ObjectStorage.Checksums;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Many objects at once.</summary>
public sealed class DeleteOperations(BucketAccess access, TimeProvider time)
{
    private const int Most = 1000;

    public async Task DeleteManyAsync(S3Call call)
    {
        var bucket = access.Require(call);
        if (!DigestClaim.Of(call.Request).IsGiven)
        {
            throw S3Errors.InvalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
        }

        var (wanted, quiet) = await ReadAsync(call);
        using var xml = new S3Xml();
        xml.OpenRoot("DeleteResult");
        foreach (var one in wanted)
        {
            try
            {
                var deleted = Delete(call, bucket, one);
                if (!quiet)
                {
                    Write(xml, one, deleted);
                }
            }
            catch (S3Exception refusal)
            {
                xml.Open("Error").Element("Key", one.Key).Optional("VersionId", one.VersionId).Element("Code", refusal.Code).Element("Message", refusal.Message).Close("Error");
            }
        }

        await xml.Close("DeleteResult").SendAsync(call.Context);
    }

    private static async Task<(List<WantedDelete> Wanted, bool Quiet)> ReadAsync(S3Call call)
    {
        var wanted = new List<WantedDelete>();
        var next = new WantedDelete("");
        var quiet = false;
        var present = await XmlInput.ReadAsync(call, "Delete", (element, text, parent) =>
        {
            switch (element, parent)
            {
                case ("Key", "Object"):
                    next = next with { Key = text };
                    break;
                case ("VersionId", "Object"):
                    next = next with { VersionId = text.Length == 0 ? null : text };
                    break;
                case ("ETag", "Object"):
                    next = next with { ETag = text };
                    break;
                case ("LastModifiedTime", "Object"):
                    next = next with { LastModified = text };
                    break;
                case ("Size", "Object"):
                    next = next with { Size = text };
                    break;
                case ("Object", _):
                    wanted.Add(next.Key.Length > 0 ? next : throw S3Errors.MalformedXml());
                    next = new WantedDelete("");
                    break;
                case ("Quiet", "Delete"):
                    quiet = text.Length == 0 || string.Equals(text.Trim(), "true", StringComparison.OrdinalIgnoreCase);
                    break;
            }
        });
        return present && wanted.Count is > 0 and <= Most ? (wanted, quiet) : throw S3Errors.MalformedXml();
    }

    private static void Write(S3Xml xml, WantedDelete one, DeletedVersion deleted)
    {
        xml.Open("Deleted").Element("Key", one.Key).Optional("VersionId", one.VersionId);
        if (deleted.IsDeleteMarker)
        {
            xml.Element("DeleteMarker", true).Element("DeleteMarkerVersionId", deleted.VersionId!);
        }

        xml.Close("Deleted");
    }

    private DeletedVersion Delete(S3Call call, Bucket bucket, WantedDelete one)
    {
        var precondition = Preconditions.OfDelete(one.ETag, one.LastModified, one.Size);
        return one.VersionId is null
            ? bucket.Delete(one.Key, precondition)
            : bucket.DeleteVersion(one.Key, Bucket.ParseVersionId(one.VersionId), LockRules.OfDelete(call, time) + precondition);
    }

    private sealed record WantedDelete(string Key, string? VersionId = null, string? ETag = null, string? LastModified = null, string? Size = null);
}
