using System.Text.Json.Serialization;

namespace TempoCos.IbmCloud.Faults;

/// <summary>A rule of the fault plan: which requests, how often, and what goes wrong with them.</summary>
public sealed record Fault
{
    public const string Any = "*";
    public const string DropBefore = "before";
    public const string DropAfter = "after";

    /// <summary>S3's or the control plane's name of the operation, or several with commas between; a star is any.</summary>
    public string Operation { get; init; } = Any;

    /// <summary>Glob over the bucket: <c>*</c> any text, <c>?</c> one character.</summary>
    public string Bucket { get; init; } = Any;

    /// <summary>Glob over the key; of the control plane over the resource's id and name.</summary>
    public string Key { get; init; } = Any;

    /// <summary>Globs over headers by their name; a header that is missing matches none.</summary>
    public Dictionary<string, string>? Headers { get; init; }

    /// <summary>Globs over query parameters by their name; a parameter that is missing matches none.</summary>
    public Dictionary<string, string>? Query { get; init; }

    /// <summary>Glob over the access key id, or the IAM id of a token.</summary>
    public string AccessKey { get; init; } = Any;

    /// <summary>So many matching requests pass before the first hit.</summary>
    public int After { get; init; }

    /// <summary>How many requests it hits; null is all.</summary>
    public int? Count { get; init; }

    /// <summary>How likely a matching request is hit, from 0 to 1; null is 1.</summary>
    public double? Probability { get; init; }

    /// <summary>Starts the dice of <see cref="Probability"/>.</summary>
    public int? Seed { get; init; }

    /// <summary>Waits before all else.</summary>
    public int DelayMilliseconds { get; init; }

    /// <summary>Closes the connection: <c>before</c> anything happened, or <c>after</c> the request was carried out.</summary>
    public string? Drop { get; init; }

    /// <summary>Answers with this status instead of serving the request.</summary>
    public int? Status { get; init; }

    /// <summary>The error code that goes with it; the usual one of the status when it is missing.</summary>
    public string? Code { get; init; }

    /// <summary>The error's text.</summary>
    public string? Message { get; init; }

    /// <summary>The Retry-After header; 429 and 503 have one of 1 second when it is missing.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Breaks the connection: of GET after half of the body, of others before anything happened.</summary>
    public bool Truncate { get; init; }

    /// <summary>Answers with half of the body, as if that were all of it.</summary>
    public bool TruncateQuietly { get; init; }

    /// <summary>Flips one bit in the middle of the answer's body.</summary>
    public bool Corrupt { get; init; }

    /// <summary>The text of the ETag header and of ETag elements in XML, as it is.</summary>
    [JsonPropertyName("etag")]
    public string? ETag { get; init; }

    /// <summary>Lists leave out objects that are younger.</summary>
    public double? HideSeconds { get; init; }

    /// <summary>Lists come in an order that is stable, but not the keys'.</summary>
    public bool Unsorted { get; init; }

    /// <summary>Lists come as if neither start-after nor marker were given.</summary>
    public bool IgnoreStartAfter { get; init; }

    /// <summary>How many requests it has hit. Given by the emulator.</summary>
    public int Hits { get; init; }

    /// <summary>Given by the emulator.</summary>
    public string Id { get; init; } = "";

    [JsonIgnore]
    public bool DropsBefore => Drop == DropBefore;

    [JsonIgnore]
    public bool DropsAfter => Drop == DropAfter;

    [JsonIgnore]
    public bool AltersLists => HideSeconds is not null || Unsorted || IgnoreStartAfter;

    [JsonIgnore]
    public bool AltersAnswer => DropsAfter || Truncate || TruncateQuietly || Corrupt || ETag is not null;
}
