using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>The tags of an object, at most ten.</summary>
public static class TagSet
{
    private const int Most = 10;

    public static Dictionary<string, string> OfHeader(string header) => Check(new S3Query(header).Parameters);

    public static async Task<Dictionary<string, string>> ReadAsync(S3Call call)
    {
        var tags = new List<KeyValuePair<string, string>>();
        string? key = null, value = null;
        var present = await XmlInput.ReadAsync(call, "Tagging", (element, text, parent) =>
        {
            switch (element, parent)
            {
                case ("Key", "Tag"):
                    key = text;
                    break;
                case ("Value", "Tag"):
                    value = text;
                    break;
                case ("Tag", _):
                    tags.Add(new(key ?? throw S3Errors.MalformedXml(), value ?? throw S3Errors.MalformedXml()));
                    key = value = null;
                    break;
            }
        });
        return present ? Check(tags) : throw S3Errors.MalformedXml();
    }

    private static Dictionary<string, string> Check(IReadOnlyList<KeyValuePair<string, string>> tags)
    {
        if (tags.Count > Most)
        {
            throw new S3Exception(400, "BadRequest", "Object tags cannot be greater than 10");
        }

        var set = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
        {
            if (key.Length is 0 or > 128 || value.Length > 256 || !set.TryAdd(key, value))
            {
                throw new S3Exception(400, "InvalidTag", "The tag key or value you have provided is invalid");
            }
        }

        return set;
    }
}
