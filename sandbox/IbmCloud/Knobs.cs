namespace TempoCos.IbmCloud;

/// <summary>What the real cloud does at its own pace, and what is not known of it. Each change holds at once, for what exists already too.</summary>
public sealed record Knobs
{
    /// <summary>How long a new HMAC key is unknown to the object store.</summary>
    public double HmacPropagationSeconds { get; init; }

    /// <summary>How long a new HMAC key that is known already may do nothing: its policy comes later.</summary>
    public double PolicyPropagationSeconds { get; init; }

    /// <summary>How long the object store still takes the HMAC key of a deleted resource key.</summary>
    public double HmacRevocationSeconds { get; init; }

    /// <summary>How long after the deletion of an instance its reclamation is listed.</summary>
    public double ReclamationDelaySeconds { get; init; }

    /// <summary>How long a requested reclaim or restore takes.</summary>
    public double ReclaimSeconds { get; init; }

    /// <summary>A requested reclaim or restore never ends.</summary>
    public bool ReclaimStuck { get; init; }

    /// <summary>A restored instance has the resource keys again that were deleted with it. IBM's documentation only says that they are deleted.</summary>
    public bool RestoreKeys { get; init; }

    /// <summary>How long the name of a deleted bucket stays reserved.</summary>
    public double NameReservationSeconds { get; init; }

    /// <summary>Lifetime of an IAM token.</summary>
    public double TokenLifetimeSeconds { get; init; } = 3600;

    /// <summary>How far the emulator's clock and its Date header are ahead; negative is behind.</summary>
    public double ClockSkewSeconds { get; init; }

    /// <summary>How long a new resource group is not found by its id, nor listed.</summary>
    public double ResourceGroupLagSeconds { get; init; }

    /// <summary>How long a new resource key is not found by its id, nor listed.</summary>
    public double ResourceKeyLagSeconds { get; init; }

    /// <summary>How long new resources and tags are not found by a search.</summary>
    public double SearchLagSeconds { get; init; }

    /// <summary>Creation of an instance answers 202 and takes this long; 0 is 201 at once.</summary>
    public double InstanceAsync { get; init; }

    /// <summary>Creation that takes its time fails in the end.</summary>
    public bool InstanceFails { get; init; }

    /// <summary>Names of deleted resource groups stay in use.</summary>
    public bool DeletedGroupNamesBlocked { get; init; }

    /// <summary>Credentials of resource keys are shown by their creation only.</summary>
    public bool RedactCredentials { get; init; }

    /// <summary>Longest page of the resource controller.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>Smallest part, but the last, of a multipart upload.</summary>
    public long MinimumPartBytes { get; init; } = 5L << 20;

    /// <summary>Whether a bucket with an unfinished multipart upload cannot be deleted; else the upload goes with it, as with S3.</summary>
    public bool UploadsBlockBucketDeletion { get; init; }

    /// <summary>Buckets an account may own.</summary>
    public int BucketLimit { get; init; } = 100;

    /// <summary>Root keys may be used for buckets; false is as without a service-to-service authorization.</summary>
    public bool KeyProtectAuthorized { get; init; } = true;

    /// <summary>The answer to an unknown API key or refresh token: 400 or 401.</summary>
    public int BadKeyStatus { get; init; } = 400;

    /// <summary>The object store's answer to an invalid or expired token: 403 or 401.</summary>
    public int BadTokenStatus { get; init; } = 403;

    /// <summary>The answer to a list by a name that nothing has: 200 and nothing, or 404.</summary>
    public int UnknownNameStatus { get; init; } = 200;

    /// <summary>The answer to the deletion of a resource group that is not empty: 400, 409 or 412.</summary>
    public int GroupNotEmptyStatus { get; init; } = 400;

    /// <summary>The answer to the deletion of an instance: 204 or 202.</summary>
    public int InstanceDeleteStatus { get; init; } = 204;

    /// <summary>The answer to a change of a bucket's configuration: 200 or 204.</summary>
    public int ConfigStatus { get; init; } = 200;

    /// <summary>The answer to what a bucket's hard quota does not allow: 403, 409, 413 or 507.</summary>
    public int QuotaStatus { get; init; } = 403;

    /// <summary>The code that goes with <see cref="QuotaStatus"/>.</summary>
    public string QuotaCode { get; init; } = "QuotaExceeded";
}
