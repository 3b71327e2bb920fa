using System.Globalization;
using System.Xml.Linq;

namespace TempoCos.Doctor.Wire;

/// <summary>A page of a listing, of either version.</summary>
internal sealed record ObjectPage(IReadOnlyList<ListedObject> Objects, IReadOnlyList<string> CommonPrefixes, bool IsTruncated, string? NextMarker, string? NextToken)
{
    public static ObjectPage Read(S3Answer answer)
    {
        if (answer.Expect(200).Xml is not { } root || root.Name.LocalName != "ListBucketResult")
        {
            throw new UnexpectedAnswerException(answer);
        }

        var encoded = answer.Text("EncodingType") == "url";
        return new ObjectPage(
            [.. Named(root, "Contents").Select(item => new ListedObject(
                Decode(Child(item, "Key") ?? "", encoded),
                long.TryParse(Child(item, "Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : -1,
                DateTimeOffset.TryParse(Child(item, "LastModified"), CultureInfo.InvariantCulture, out var time) ? time : null))],
            [.. Named(root, "CommonPrefixes").Select(item => Decode(Child(item, "Prefix") ?? "", encoded))],
            answer.Text("IsTruncated") == "true",
            answer.Text("NextMarker") is { Length: > 0 } marker ? Decode(marker, encoded) : null,
            answer.Text("NextContinuationToken") is { Length: > 0 } token ? token : null);
    }

    public static IEnumerable<XElement> Named(XElement root, string name) => root.Elements().Where(element => element.Name.LocalName == name);

    public static string? Child(XElement item, string name) => Named(item, name).FirstOrDefault()?.Value;

    // As forms encode, which is what S3 does and minio-go undoes.
    private static string Decode(string text, bool encoded) => encoded ? Uri.UnescapeDataString(text.Replace('+', ' ')) : text;
}
