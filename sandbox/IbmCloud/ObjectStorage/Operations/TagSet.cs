using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>The tags of an object or of a bucket.</summary>
public static class TagSet
{
    public const int MostOfObject = 10;
    public const int MostOfBucket = 50;

    public static Dictionary<string, string> OfHeader(string header) => Check(new S3Query(header).Parameters, MostOfObject);

    public static async Task<Dictionary<string, string>> ReadAsync(S3Call call, int most)
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
        return present ? Check(tags, most) : throw S3Errors.MalformedXml();
    }

    private static Dictionary<string, string> Check(IReadOnlyList<KeyValuePair<string, string>> tags, int most)
    {
        if (tags.Count > most)
        {
            throw new S3Exception(400, "BadRequest", $"Tags cannot be greater than {most}");
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
