using System.Globalization;
using System.Text;
using TempoCos.IbmCloud.ObjectStorage.Checksums;
using TempoCos.IbmCloud.ObjectStorage.Forms;
using TempoCos.IbmCloud.ObjectStorage.Payloads;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Objects that an HTML form uploads.</summary>
public sealed class PostOperation(BucketAccess access, AclInput acls, PostSignature signature, TimeProvider time)
{
    // Form fields that are what these headers are with a PUT.
    private static readonly (string Field, string Header)[] Headers =
    [
        ("acl", "x-amz-acl"), ("Cache-Control", "Cache-Control"), ("Content-Type", "Content-Type"), ("Content-Disposition", "Content-Disposition"),
        ("Content-Encoding", "Content-Encoding"), ("Content-Language", "Content-Language"), ("Expires", "Expires"),
    ];

    public async Task PostAsync(S3Call call)
    {
        var form = await PostForm.ReadAsync(call.Request);
        var principal = signature.Verify(form);
        var signed = call with { Identity = call.Identity with { Principal = principal } };
        var policy = form["policy"] is { } text ? PostPolicy.Parse(text) : null;
        policy?.Require(form, call.Request.Bucket, time.GetUtcNow());
        var bucket = access.Require(signed);
        if (form["key"] is not { Length: > 0 } key)
        {
            throw S3Errors.InvalidArgument("Bucket POST must contain a field named 'key'.");
        }

        Adopt(call.Context.Request, form);
        var template = ObjectHeaders.Read(signed, bucket, acls, time) with
        {
            Key = ObjectHeaders.RequireKey(key.Replace("${filename}", form.FileName, StringComparison.Ordinal)),
            Tags = form["tagging"] is { Length: > 0 } tagging ? TagSet.Parse(tagging) : null,
        };
        using var payload = new FormPayload(form.File, policy?.ShortestFile ?? 0, Math.Min(policy?.LongestFile ?? long.MaxValue, ObjectOperations.LargestPut));
        using var draft = await Draft.ReceiveAsync(bucket.Drafts, payload, DigestClaim.Of(call.Request), call.Cancelled);
        var info = bucket.Commit(
            draft, template with { Size = draft.Size, ETag = draft.Md5, LastModified = time.GetUtcNow(), Checksum = draft.Checksum, ChecksumValue = draft.ChecksumValue });
        ObjectHeaders.WriteVersion(call.Response.Headers, info);
        call.Response.Headers.ETag = ObjectHeaders.Quote(info.ETag);
        await AnswerAsync(call, form, bucket, info);
    }

    private static void Adopt(HttpRequest request, PostForm form)
    {
        request.Headers.ContentType = default;
        foreach (var (field, header) in Headers)
        {
            if (form[field] is { } value)
            {
                request.Headers[header] = value;
            }
        }

        foreach (var (field, value) in form.Fields)
        {
            if (field.StartsWith("x-amz-meta-", StringComparison.OrdinalIgnoreCase) || field.StartsWith("x-amz-checksum-", StringComparison.OrdinalIgnoreCase))
            {
                request.Headers[field] = value;
            }
        }
    }

    private static async Task AnswerAsync(S3Call call, PostForm form, Bucket bucket, ObjectInfo info)
    {
        var location = $"{call.Context.Request.Scheme}://{call.Context.Request.Host}/{bucket.Record.Name}/{Uri.EscapeDataString(info.Key).Replace("%2F", "/", StringComparison.Ordinal)}";
        call.Response.Headers.Location = location;
        if ((form["success_action_redirect"] ?? form["redirect"]) is { } redirect && Uri.TryCreate(redirect, UriKind.Absolute, out var target))
        {
            var separator = target.Query.Length > 0 ? '&' : '?';
            call.Response.StatusCode = StatusCodes.Status303SeeOther;
            call.Response.Headers.Location = new StringBuilder(redirect).Append(separator)
                .Append(CultureInfo.InvariantCulture, $"bucket={bucket.Record.Name}&key={Uri.EscapeDataString(info.Key)}&etag=%22{info.ETag}%22")
                .ToString();
            return;
        }

        if (form["success_action_status"] == "201")
        {
            using var xml = new S3Xml();
            await xml.Open("PostResponse").Element("Location", location).Element("Bucket", bucket.Record.Name).Element("Key", info.Key).ETag(info.ETag).Close("PostResponse")
                .SendAsync(call.Context, StatusCodes.Status201Created);
            return;
        }

        call.Response.StatusCode = form["success_action_status"] == "200" ? StatusCodes.Status200OK : StatusCodes.Status204NoContent;
    }
}
