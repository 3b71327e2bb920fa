using TempoCos.IbmCloud.ObjectStorage.Checksums;
using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Many objects at once.</summary>
public sealed class DeleteOperations(BucketAccess access)
{
    private const int Most = 1000;

    public async Task DeleteManyAsync(S3Call call)
    {
        var bucket = access.Require(call);
        if (!DigestClaim.Of(call.Request).IsGiven)
        {
            throw S3Errors.InvalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
        }

        var keys = new List<string>();
        var quiet = false;
        var present = await XmlInput.ReadAsync(call, "Delete", (element, text, parent) =>
        {
            switch (element, parent)
            {
                case ("Key", "Object"):
                    keys.Add(text);
                    break;
                case ("Quiet", "Delete"):
                    quiet = text.Length == 0 || string.Equals(text.Trim(), "true", StringComparison.OrdinalIgnoreCase);
                    break;
            }
        });
        if (!present || keys.Count is 0 or > Most)
        {
            throw S3Errors.MalformedXml();
        }

        using var xml = new S3Xml();
        xml.OpenRoot("DeleteResult");
        foreach (var key in keys)
        {
            bucket.Delete(key);
            if (!quiet)
            {
                xml.Open("Deleted").Element("Key", key).Close("Deleted");
            }
        }

        await xml.Close("DeleteResult").SendAsync(call.Context);
    }
}
