using System.Globalization;
using System.Text;
using TempoCos.IbmCloud.ObjectStorage.Checksums;

namespace TempoCos.IbmCloud.ObjectStorage.Requests;

/// <summary>Writes an answer's XML straight into UTF-8, and sends it.</summary>
public sealed class S3Xml : IDisposable
{
    public const string Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
    private readonly PooledBytes _bytes = new();

    public S3Xml() => Raw("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>");

    public S3Xml Open(string name)
    {
        Raw("<");
        Raw(name);
        Raw(">");
        return this;
    }

    public S3Xml OpenRoot(string name)
    {
        Raw("<");
        Raw(name);
        Raw(" xmlns=\"" + Namespace + "\">");
        return this;
    }

    /// <summary>A root element that holds text only.</summary>
    public S3Xml RootText(string name, string value)
    {
        OpenRoot(name);
        Text(value);
        return Close(name);
    }

    public S3Xml Close(string name)
    {
        Raw("</");
        Raw(name);
        Raw(">");
        return this;
    }

    public S3Xml Element(string name, string value)
    {
        Open(name);
        Text(value);
        return Close(name);
    }

    public S3Xml Element(string name, long value) => Element(name, value.ToString(CultureInfo.InvariantCulture));

    public S3Xml Element(string name, bool value) => Element(name, value ? "true" : "false");

    public S3Xml Element(string name, DateTimeOffset value) => Element(name, Timestamp(value));

    /// <summary>Writes the element only when there is a value.</summary>
    public S3Xml Optional(string name, string? value) => value is null ? this : Element(name, value);

    /// <summary>Who a grant is for: a group by its URI, an owner by id.</summary>
    public S3Xml Grantee(string name, bool isGroup)
    {
        Raw($"<Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"{(isGroup ? "Group" : "CanonicalUser")}\">");
        return isGroup ? Element("URI", name).Close("Grantee") : Element("ID", name).Element("DisplayName", name).Close("Grantee");
    }

    /// <summary>A checksum's element, when there is a value.</summary>
    public S3Xml Checksum(ChecksumAlgorithm algorithm, string? value) => Optional(ChecksumNames.ElementOf(algorithm), value);

    /// <summary>Elements that are XML already.</summary>
    public S3Xml Verbatim(string xml)
    {
        Raw(xml);
        return this;
    }

    public S3Xml ETag(string value)
    {
        Open("ETag");
        Raw("&quot;");
        Raw(value);
        Raw("&quot;");
        return Close("ETag");
    }

    public async Task SendAsync(HttpContext context, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        context.Response.ContentLength = _bytes.Written.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(_bytes.Written, context.RequestAborted);
        }
    }

    public void Dispose() => _bytes.Dispose();

    public static string Timestamp(DateTimeOffset value) => value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private void Raw(string text)
    {
        var span = _bytes.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        _bytes.Advance(Encoding.UTF8.GetBytes(text, span));
    }

    private void Text(string text)
    {
        var from = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var escape = c switch
            {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '"' => "&quot;",
                < ' ' => $"&#x{(int)c:x};",
                _ => null,
            };
            if (escape is not null)
            {
                Raw(text[from..i]);
                Raw(escape);
                from = i + 1;
            }
        }

        Raw(from == 0 ? text : text[from..]);
    }
}
