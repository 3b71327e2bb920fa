namespace TempoCos.IbmCloud;

/// <summary>What the real cloud does at its own pace. Each change holds at once, for what exists already too.</summary>
public sealed record Knobs
{
    /// <summary>How long a new HMAC key is unknown to the object store.</summary>
    public double HmacPropagationSeconds { get; init; }

    /// <summary>How long after the deletion of an instance its reclamation is listed.</summary>
    public double ReclamationDelaySeconds { get; init; }

    /// <summary>How long a requested reclaim takes until the instance is removed.</summary>
    public double ReclaimSeconds { get; init; }

    /// <summary>How long the name of a deleted bucket stays reserved.</summary>
    public double NameReservationSeconds { get; init; }

    /// <summary>Lifetime of an IAM token.</summary>
    public double TokenLifetimeSeconds { get; init; } = 3600;

    /// <summary>How far the emulator's clock and its Date header are ahead; negative is behind.</summary>
    public double ClockSkewSeconds { get; init; }

    /// <summary>Longest page of the resource controller.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>Smallest part, but the last, of a multipart upload.</summary>
    public long MinimumPartBytes { get; init; } = 5L << 20;

    /// <summary>Buckets an account may own.</summary>
    public int BucketLimit { get; init; } = 100;
}
