using System.Xml;
using System.Xml.Linq;

namespace TempoCos.Doctor.Wire;

/// <summary>An answer with its whole body.</summary>
internal sealed class S3Answer(S3Ask ask, int status, IReadOnlyDictionary<string, string> headers, byte[] body)
{
    private const int Shown = 200;
    private XElement? _xml;

    public S3Ask Ask => ask;

    public int Status => status;

    public byte[] Body => body;

    public bool IsSuccess => status is >= 200 and < 300;

    /// <summary>S3's error code; empty when the body is not S3's.</summary>
    public string Code => IsSuccess ? "" : Text("Code") ?? "";

    public string Message => (IsSuccess ? null : Text("Message")?.Trim().TrimEnd('.')) ?? "";

    /// <summary>Status and code, as evidence.</summary>
    public string Outcome => Code.Length > 0 ? $"{status} {Code}" : $"{status}";

    /// <summary>The beginning of a body that is not XML: a proxy's page, for instance.</summary>
    public string Beginning => System.Text.Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, Shown))).ReplaceLineEndings(" ").Trim();

    /// <summary>Null when it is not there; names are compared without case.</summary>
    public string? Header(string name) => headers.TryGetValue(name, out var value) ? value : null;

    /// <summary>Root of the body; null when it is not XML.</summary>
    public XElement? Xml
    {
        get
        {
            try
            {
                return _xml ??= body.Length == 0 ? null : XElement.Load(new MemoryStream(body));
            }
            catch (XmlException)
            {
                return null;
            }
        }
    }

    /// <summary>A child of the root, whatever its namespace.</summary>
    public string? Text(string name) => Xml?.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value;

    public S3Answer Expect(params ReadOnlySpan<int> expected) => expected.Contains(status) ? this : throw new UnexpectedAnswerException(this);
}
