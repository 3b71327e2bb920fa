using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Forms;

/// <summary>An upload by an HTML form: its fields, and the file, which is the last that counts.</summary>
public sealed class PostForm
{
    private const string FileField = "file";
    private const int MostFields = 200;
    private const int LongestField = 64 * 1024;
    private readonly Dictionary<string, string> _fields = new(StringComparer.OrdinalIgnoreCase);

    private PostForm(Stream file, string fileName)
    {
        File = file;
        FileName = fileName;
    }

    public Stream File { get; }

    public string FileName { get; }

    /// <summary>All fields before the file, by name.</summary>
    public IReadOnlyDictionary<string, string> Fields => _fields;

    public string? this[string name] => _fields.GetValueOrDefault(name);

    /// <summary>Reads up to the file's first byte.</summary>
    public static async Task<PostForm> ReadAsync(S3Request request)
    {
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.Context.Request.ContentType).Boundary).Value;
        if (string.IsNullOrEmpty(boundary))
        {
            throw Malformed();
        }

        try
        {
            var fields = new List<(string Name, string Value)>();
            var reader = new MultipartReader(boundary, request.Context.Request.Body);
            while (await reader.ReadNextSectionAsync(request.Cancelled) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                {
                    throw Malformed();
                }

                var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
                if (name.Equals(FileField, StringComparison.OrdinalIgnoreCase))
                {
                    var form = new PostForm(section.Body, HeaderUtilities.RemoveQuotes(disposition.FileName).Value ?? "");
                    fields.ForEach(field => form._fields[field.Name] = field.Value);
                    return form;
                }

                fields.Add((name, await ReadFieldAsync(section.Body, request.Cancelled)));
                if (fields.Count > MostFields)
                {
                    throw Malformed();
                }
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            throw Malformed();
        }

        throw S3Errors.InvalidArgument("POST requires exactly one file upload per request.");
    }

    private static S3Exception Malformed() => new(400, "MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data.");

    private static async Task<string> ReadFieldAsync(Stream body, CancellationToken cancellationToken)
    {
        using var bytes = new PooledBytes();
        int count;
        while ((count = await body.ReadAsync(bytes.GetMemory(1024), cancellationToken)) > 0)
        {
            bytes.Advance(count);
            if (bytes.Written.Length > LongestField)
            {
                throw new S3Exception(400, "MaxPostPreDataLengthExceeded", "Your POST request fields preceding the upload file were too large.");
            }
        }

        return Encoding.UTF8.GetString(bytes.Written.Span);
    }
}
