namespace TempoCos.IbmCloud.Admin;

/// <summary>A rule of the fault plan.</summary>
/// <param name="Operation">An S3 operation, as <c>PutObject</c>; <c>*</c> is any.</param>
/// <param name="Bucket">Glob over the bucket: <c>*</c> any text, <c>?</c> one character.</param>
/// <param name="Key">Glob over the key.</param>
/// <param name="Status">Answer with this status instead of serving the request.</param>
/// <param name="Code">The S3 error code that goes with it; the usual one of the status when it is missing.</param>
/// <param name="DelayMilliseconds">Wait before all else.</param>
/// <param name="Truncate">Break the connection: of GET after half of the body, of others before any answer.</param>
/// <param name="Count">How many requests it hits; null is all.</param>
/// <param name="Hits">How many it has hit.</param>
/// <param name="Id">Given by the emulator.</param>
public sealed record Fault(
    string Operation = "*",
    string Bucket = "*",
    string Key = "*",
    int? Status = null,
    string? Code = null,
    int DelayMilliseconds = 0,
    bool Truncate = false,
    int? Count = null,
    int Hits = 0,
    string Id = "");
