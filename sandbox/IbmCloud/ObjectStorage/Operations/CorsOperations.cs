using System.Globalization;
using System.IO.Enumeration;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>What browsers may do: the rules of a bucket, the answer to their question, and the headers that tell them.</summary>
public sealed class CorsOperations(BucketStore buckets, BucketAccess access)
{
    private const int Most = 100;
    private static readonly string[] Methods = ["GET", "PUT", "HEAD", "POST", "DELETE"];

    public async Task GetAsync(S3Call call)
    {
        var rules = access.Require(call).Settings.Cors ?? throw new S3Exception(404, "NoSuchCORSConfiguration", "The CORS configuration does not exist");
        using var xml = new S3Xml();
        xml.OpenRoot("CORSConfiguration");
        foreach (var rule in rules)
        {
            xml.Open("CORSRule").Optional("ID", rule.Id);
            Write("AllowedOrigin", rule.Origins);
            Write("AllowedMethod", rule.Methods);
            Write("AllowedHeader", rule.Headers);
            Write("ExposeHeader", rule.Exposed);
            xml.Optional("MaxAgeSeconds", rule.MaxAgeSeconds?.ToString(CultureInfo.InvariantCulture)).Close("CORSRule");
        }

        await xml.Close("CORSConfiguration").SendAsync(call.Context);

        void Write(string element, List<string> values) => values.ForEach(value => xml.Element(element, value));
    }

    public async Task PutAsync(S3Call call)
    {
        var bucket = access.Require(call);
        var rules = new List<CorsRule>();
        var next = Empty();
        var present = await XmlInput.ReadAsync(call, "CORSConfiguration", (element, text, parent) =>
        {
            switch (element, parent)
            {
                case ("ID", "CORSRule"):
                    next = next with { Id = text };
                    break;
                case ("AllowedOrigin", "CORSRule"):
                    next.Origins.Add(text);
                    break;
                case ("AllowedMethod", "CORSRule"):
                    next.Methods.Add(Methods.Contains(text) ? text : throw S3Errors.InvalidRequest($"Found unsupported HTTP method in CORS config. Unsupported method is {text}"));
                    break;
                case ("AllowedHeader", "CORSRule"):
                    next.Headers.Add(text);
                    break;
                case ("ExposeHeader", "CORSRule"):
                    next.Exposed.Add(text);
                    break;
                case ("MaxAgeSeconds", "CORSRule"):
                    next = next with { MaxAgeSeconds = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : throw S3Errors.MalformedXml() };
                    break;
                case ("CORSRule", _):
                    rules.Add(next.Origins.Count > 0 && next.Methods.Count > 0 ? next : throw S3Errors.MalformedXml());
                    next = Empty();
                    break;
            }
        });
        if (!present || rules.Count is 0 or > Most)
        {
            throw S3Errors.MalformedXml();
        }

        bucket.Change(settings => settings with { Cors = rules });
    }

    public Task DeleteAsync(S3Call call)
    {
        access.Require(call).Change(settings => settings with { Cors = null });
        call.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>Answers the question that browsers ask before a request; it carries no credential.</summary>
    public Task PreflightAsync(S3Call call)
    {
        if (call.Header("Origin") is null || call.Header("Access-Control-Request-Method") is null)
        {
            throw new S3Exception(400, "BadRequest", "Insufficient information. Origin request header needed.");
        }

        if (call.Response.Headers.AccessControlAllowOrigin.Count == 0)
        {
            throw new S3Exception(403, "AccessForbidden", "CORSResponse: This CORS request is not allowed.");
        }

        call.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    /// <summary>Tells a browser that its page's origin may see the answer, when a rule says so.</summary>
    public void Apply(S3Request request)
    {
        if (request.Header("Origin") is not { Length: > 0 } origin || buckets.Find(request.Bucket)?.Settings.Cors is not { } rules)
        {
            return;
        }

        var method = request.Header("Access-Control-Request-Method") ?? request.Context.Request.Method;
        var wanted = request.Header("Access-Control-Request-Headers")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (rules.Find(rule => rule.Methods.Contains(method) && Matches(rule.Origins, origin) && wanted.All(header => Matches(rule.Headers, header))) is not { } rule)
        {
            return;
        }

        var headers = request.Context.Response.Headers;
        headers.AccessControlAllowOrigin = rule.Origins.Contains("*") ? "*" : origin;
        headers.AccessControlAllowMethods = string.Join(", ", rule.Methods);
        headers.Vary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";
        if (wanted.Length > 0)
        {
            headers.AccessControlAllowHeaders = string.Join(", ", wanted);
        }

        if (rule.Exposed.Count > 0)
        {
            headers.AccessControlExposeHeaders = string.Join(", ", rule.Exposed);
        }

        if (rule.MaxAgeSeconds is { } seconds)
        {
            headers.AccessControlMaxAge = seconds.ToString(CultureInfo.InvariantCulture);
        }
    }

    private static CorsRule Empty() => new(null, [], [], [], [], null);

    private static bool Matches(List<string> patterns, string text) => patterns.Exists(pattern => FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: true));
}
