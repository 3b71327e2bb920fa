using System.Text;
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
        var tags = new Reader();
        return await XmlInput.ReadAsync(call, "Tagging", tags.Take) ? Check(tags.Tags, most) : throw S3Errors.MalformedXml();
    }

    /// <summary>Reads the XML of an object's tags.</summary>
    public static Dictionary<string, string> Parse(string xml)
    {
        var tags = new Reader();
        XmlInput.Read(Encoding.UTF8.GetBytes(xml), "Tagging", tags.Take);
        return Check(tags.Tags, MostOfObject);
    }

    private static Dictionary<string, string> Check(IReadOnlyList<KeyValuePair<string, string>> tags, int most)
    {
        if (tags.Count > most)
        {
            throw new S3Exception(400, "InvalidTag", $"Tags cannot be greater than {most}");
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

    private sealed class Reader
    {
        private string? _key;
        private string? _value;

        public List<KeyValuePair<string, string>> Tags { get; } = [];

        public void Take(string element, string text, string parent)
        {
            switch (element, parent)
            {
                case ("Key", "Tag"):
                    _key = text;
                    break;
                case ("Value", "Tag"):
                    _value = text;
                    break;
                case ("Tag", _):
                    Tags.Add(new(_key ?? throw S3Errors.MalformedXml(), _value ?? throw S3Errors.MalformedXml()));
                    _key = _value = null;
                    break;
            }
        }
    }
}
