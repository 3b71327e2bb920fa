using System.Xml;
using System.Xml.Linq;
using TempoCos.IbmCloud.ObjectStorage.Checksums;
using TempoCos.IbmCloud.ObjectStorage.Payloads;
using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Reads the XML that a request carries, element by element.</summary>
public static class XmlInput
{
    private const int LongestBody = 4 << 20;
    private static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CheckCharacters = false };

    /// <summary>
    /// Calls back for every element with text: its name and text, and its parent's name; and at the end of each parent, with an empty name.
    /// Returns whether there was a body.
    /// </summary>
    public static Task<bool> ReadAsync(S3Call call, string root, Action<string, string, string> element) =>
        ReadAsync(call, root, DigestClaim.Of(call.Request), element);

    public static async Task<bool> ReadAsync(S3Call call, string root, DigestClaim digest, Action<string, string, string> element)
    {
        using var bytes = await Payload.ReadAllAsync(call.Request, call.Identity, LongestBody, digest);
        if (bytes.Written.Length == 0)
        {
            return false;
        }

        Read(bytes.Segment, root, element);
        return true;
    }

    /// <summary>Calls back for a document's elements.</summary>
    public static void Read(ArraySegment<byte> xml, string root, Action<string, string, string> element)
    {
        try
        {
            using var stream = new MemoryStream(xml.Array!, xml.Offset, xml.Count, writable: false);
            using var reader = XmlReader.Create(stream, Settings);
            reader.MoveToContent();
            if (reader.LocalName != root)
            {
                throw S3Errors.MalformedXml();
            }

            Walk(reader, element);
        }
        catch (XmlException)
        {
            throw S3Errors.MalformedXml();
        }
    }

    /// <summary>Reads a body as a tree.</summary>
    public static XElement Parse(PooledBytes body, string root)
    {
        try
        {
            using var stream = new MemoryStream(body.Segment.Array!, body.Segment.Offset, body.Segment.Count, writable: false);
            using var reader = XmlReader.Create(stream, Settings);
            var element = XElement.Load(reader);
            return element.Name.LocalName == root ? element : throw S3Errors.MalformedXml();
        }
        catch (XmlException)
        {
            throw S3Errors.MalformedXml();
        }
    }

    /// <summary>A copy by local names only: clients write S3's namespace, none, or another.</summary>
    public static XElement WithoutNamespaces(XElement element) =>
        element.HasElements ? new XElement(element.Name.LocalName, element.Elements().Select(WithoutNamespaces)) : new XElement(element.Name.LocalName, element.Value);

    private static void Walk(XmlReader reader, Action<string, string, string> element)
    {
        var open = new Stack<string>();
        var text = "";
        while (!reader.EOF)
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    text = "";
                    if (reader.IsEmptyElement)
                    {
                        element(reader.LocalName, "", open.TryPeek(out var parent) ? parent : "");
                    }
                    else
                    {
                        open.Push(reader.LocalName);
                    }

                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace:
                    text += reader.Value;
                    break;
                case XmlNodeType.EndElement:
                    var name = open.Pop();
                    element(name, text, open.TryPeek(out var above) ? above : "");
                    text = "";
                    break;
            }

            reader.Read();
        }
    }
}
