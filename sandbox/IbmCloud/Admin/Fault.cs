namespace TempoCos.IbmCloud.Admin;

/// <summary>A rule of the fault plan.</summary>
public sealed record Fault
{
    /// <summary>Given by the emulator.</summary>
    public string Id { get; init; } = "";

    /// <summary>An S3 operation, as <c>PutObject</c>; <c>*</c> is any.</summary>
    public string Operation { get; init; } = "*";

    /// <summary>Glob over the bucket: <c>*</c> any text, <c>?</c> one character.</summary>
    public string Bucket { get; init; } = "*";

    /// <summary>Glob over the key.</summary>
    public string Key { get; init; } = "*";

    /// <summary>Answer with this status instead of serving the request.</summary>
    public int? Status { get; init; }

    /// <summary>The S3 error code that goes with it; the usual one of the status when it is missing.</summary>
    public string? Code { get; init; }

    /// <summary>Wait before all else.</summary>
    public int DelayMilliseconds { get; init; }

    /// <summary>Break the connection: of GET after half of the body, of others before any answer.</summary>
    public bool Truncate { get; init; }

    /// <summary>How many requests it hits; null is all.</summary>
    public int? Count { get; init; }

    /// <summary>How many it has hit.</summary>
    public int Hits { get; init; }
}
