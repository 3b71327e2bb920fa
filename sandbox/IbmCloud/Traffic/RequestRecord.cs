using System.Text.Json.Serialization;

namespace TempoCos.IbmCloud.Traffic;

/// <summary>A line of the request log.</summary>
/// <param name="N">Counts from 1, in the order in which requests ended.</param>
/// <param name="Time">When the request came.</param>
/// <param name="Service">One of <see cref="CloudService"/>.</param>
/// <param name="Operation">S3's or the control plane's name.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Bucket">The bucket, if any.</param>
/// <param name="Key">The object's key; of the control plane the resource's id or name.</param>
/// <param name="Query">The query as it was sent, without secrets.</param>
/// <param name="Status">The answer's status; 0 when the connection was closed without one.</param>
/// <param name="Code">The error's code.</param>
/// <param name="Class">How it is billed: A, B, free, none.</param>
/// <param name="BytesIn">Payload bytes that were read, without the framing of aws-chunked.</param>
/// <param name="BytesOut">Payload bytes that were sent.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="AccessKey">Access key id or IAM id of the sender.</param>
/// <param name="UserAgent">The client.</param>
/// <param name="Fault">The id of the rule that hit it.</param>
public sealed record RequestRecord(
    long N,
    DateTimeOffset Time,
    string Service,
    string Operation,
    string Method,
    string Bucket,
    string Key,
    string Query,
    int Status,
    string? Code,
    [property: JsonPropertyName("class")] string Class,
    long BytesIn,
    long BytesOut,
    double Milliseconds,
    string AccessKey,
    string UserAgent,
    string? Fault);
