using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace TempoCos.Doctor.Wire;

/// <summary>The requests of the checks, by S3's own names. Whatever makes something is written down in the canary first, so that it goes again.</summary>
internal sealed class S3Bucket(S3Wire wire, Canary canary)
{
    public Task<S3Answer> PutObjectAsync(
        string key, ReadOnlyMemory<byte> body, CancellationToken cancellationToken, PayloadMode mode = PayloadMode.Sha256, bool asMinio = false, params (string Name, string Value)[] headers)
    {
        canary.Intend(key);
        return NoteAsync(key, new S3Ask(HttpMethod.Put, key) { Body = body, Mode = mode, AsMinio = asMinio, Headers = headers }, cancellationToken);
    }

    public Task<S3Answer> GetObjectAsync(string key, CancellationToken cancellationToken, params (string Name, string Value)[] headers) =>
        wire.SendAsync(new S3Ask(HttpMethod.Get, key) { Headers = headers }, cancellationToken);

    public Task<S3Answer> GetRangeAsync(string key, string range, CancellationToken cancellationToken) => GetObjectAsync(key, cancellationToken, ("range", $"bytes={range}"));

    public Task<S3Answer> HeadObjectAsync(string key, CancellationToken cancellationToken) => wire.SendAsync(new S3Ask(HttpMethod.Head, key), cancellationToken);

    public async Task<S3Answer> DeleteObjectAsync(string key, CancellationToken cancellationToken, string? version = null)
    {
        var answer = await NoteAsync(key, new S3Ask(HttpMethod.Delete, key) { Query = version is null ? [] : [("versionId", version)] }, cancellationToken);
        if (answer.Status is 200 or 204 or 404)
        {
            canary.Deleted(key, version);
        }

        return answer;
    }

    public Task<S3Answer> PutObjectTaggingAsync(string key, string name, string value, CancellationToken cancellationToken)
    {
        var xml = new XElement("Tagging", new XElement("TagSet", new XElement("Tag", new XElement("Key", name), new XElement("Value", value))));
        return wire.SendAsync(WithBody(new S3Ask(HttpMethod.Put, key) { Query = [("tagging", "")] }, xml), cancellationToken);
    }

    public Task<S3Answer> GetObjectTaggingAsync(string key, CancellationToken cancellationToken) =>
        wire.SendAsync(new S3Ask(HttpMethod.Get, key) { Query = [("tagging", "")] }, cancellationToken);

    /// <summary>A sub-resource of the bucket, such as <c>versioning</c>.</summary>
    public Task<S3Answer> GetBucketAsync(string name, CancellationToken cancellationToken) =>
        wire.SendAsync(new S3Ask(HttpMethod.Get, null) { Query = [(name, "")] }, cancellationToken);

    /// <summary>Version 1, as minio-go asks.</summary>
    public Task<S3Answer> ListObjectsAsync(string prefix, string delimiter, string marker, int maxKeys, CancellationToken cancellationToken) =>
        wire.SendAsync(
            new S3Ask(HttpMethod.Get, null)
            {
                Query = [("delimiter", delimiter), ("encoding-type", "url"), .. marker.Length > 0 ? [("marker", marker)] : Array.Empty<(string, string)>(), ("max-keys", Number(maxKeys)), ("prefix", prefix)],
            },
            cancellationToken);

    /// <summary>Version 2, as minio-go asks.</summary>
    public Task<S3Answer> ListObjectsV2Async(string prefix, CancellationToken cancellationToken, int maxKeys = 1000, string? startAfter = null, string? token = null) =>
        wire.SendAsync(
            new S3Ask(HttpMethod.Get, null)
            {
                Query =
                [
                    .. token is { } next ? [("continuation-token", next)] : Array.Empty<(string, string)>(),
                    ("delimiter", ""),
                    ("encoding-type", "url"),
                    ("fetch-owner", "true"),
                    ("list-type", "2"),
                    ("max-keys", Number(maxKeys)),
                    ("prefix", prefix),
                    .. startAfter is { } after ? [("start-after", after)] : Array.Empty<(string, string)>(),
                ],
            },
            cancellationToken);

    public async Task<string> CreateUploadAsync(string key, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        canary.Intend(key);
        var answer = await wire.SendAsync(new S3Ask(HttpMethod.Post, key) { Query = [("uploads", "")], Body = ReadOnlyMemory<byte>.Empty, Headers = headers }, cancellationToken);
        var id = answer.Expect(200).Text("UploadId") is { Length: > 0 } found ? found : throw new UnexpectedAnswerException(answer);
        canary.Began(key, id);
        return id;
    }

    public Task<S3Answer> UploadPartAsync(
        string key, string uploadId, int number, ReadOnlyMemory<byte> body, CancellationToken cancellationToken, PayloadMode mode = PayloadMode.Sha256, bool asMinio = false) =>
        wire.SendAsync(
            new S3Ask(HttpMethod.Put, key) { Query = [("partNumber", Number(number)), ("uploadId", uploadId)], Body = body, Mode = mode, AsMinio = asMinio },
            cancellationToken);

    public async Task<IReadOnlyList<UploadedPart>> ListPartsAsync(string key, string uploadId, CancellationToken cancellationToken)
    {
        var answer = await wire.SendAsync(new S3Ask(HttpMethod.Get, key) { Query = [("uploadId", uploadId)] }, cancellationToken);
        return
        [
            .. ObjectPage.Named(answer.Expect(200).Xml ?? throw new UnexpectedAnswerException(answer), "Part").Select(part => new UploadedPart(
                int.Parse(ObjectPage.Child(part, "PartNumber") ?? "0", CultureInfo.InvariantCulture),
                long.Parse(ObjectPage.Child(part, "Size") ?? "-1", CultureInfo.InvariantCulture),
                (ObjectPage.Child(part, "ETag") ?? "").Trim('"'))),
        ];
    }

    /// <summary>A 200 that carries an error counts as the error: S3 begins the answer before it knows.</summary>
    public async Task<S3Answer> CompleteUploadAsync(string key, string uploadId, IEnumerable<UploadedPart> parts, CancellationToken cancellationToken)
    {
        var xml = new XElement("CompleteMultipartUpload", parts.Select(part => new XElement("Part", new XElement("PartNumber", part.Number), new XElement("ETag", $"\"{part.ETag}\""))));
        var answer = await NoteAsync(key, WithBody(new S3Ask(HttpMethod.Post, key) { Query = [("uploadId", uploadId)] }, xml), cancellationToken);
        if (answer.IsSuccess && answer.Xml?.Name.LocalName == "Error")
        {
            throw new UnexpectedAnswerException(answer);
        }

        if (answer.IsSuccess)
        {
            canary.Ended(uploadId);
        }

        return answer;
    }

    public async Task<S3Answer> AbortUploadAsync(string key, string uploadId, CancellationToken cancellationToken)
    {
        var answer = await wire.SendAsync(new S3Ask(HttpMethod.Delete, key) { Query = [("uploadId", uploadId)] }, cancellationToken);
        if (answer.Status is 200 or 204 or 404)
        {
            canary.Ended(uploadId);
        }

        return answer;
    }

    /// <summary>The first thousand; null when the store does not tell.</summary>
    public async Task<IReadOnlyList<UnfinishedUpload>?> ListUploadsAsync(string prefix, CancellationToken cancellationToken)
    {
        var answer = await wire.SendAsync(new S3Ask(HttpMethod.Get, null) { Query = [("max-uploads", "1000"), ("prefix", prefix), ("uploads", "")] }, cancellationToken);
        return answer.Status == 200 && answer.Xml is { } root
            ?
            [
                .. ObjectPage.Named(root, "Upload").Select(upload => new UnfinishedUpload(
                    ObjectPage.Child(upload, "Key") ?? "",
                    ObjectPage.Child(upload, "UploadId") ?? "",
                    DateTimeOffset.TryParse(ObjectPage.Child(upload, "Initiated"), CultureInfo.InvariantCulture, out var time) ? time : null)),
            ]
            : null;
    }

    private async Task<S3Answer> NoteAsync(string key, S3Ask ask, CancellationToken cancellationToken)
    {
        var answer = await wire.SendAsync(ask, cancellationToken);
        if (answer.IsSuccess && answer.Header("x-amz-version-id") is { Length: > 0 } version and not "null" && !ask.Query.Any(pair => pair.Name == "versionId"))
        {
            canary.Versioned(key, version);
        }

        return answer;
    }

    private static S3Ask WithBody(S3Ask ask, XElement xml) => ask with
    {
        Body = Encoding.UTF8.GetBytes(xml.ToString(SaveOptions.DisableFormatting)),
        Headers = [("content-type", "application/xml"), .. ask.Headers],
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
