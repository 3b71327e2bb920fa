namespace TempoCos.IbmCloud.ResourceController;

/// <summary>The scheduled, final end of a deleted instance.</summary>
public sealed record Reclamation
{
    public const string Scheduled = "SCHEDULED";
    public const string Reclaiming = "RECLAIMING";
    public const string Restoring = "RESTORING";

    public required string Id { get; init; }

    public required string EntityId { get; init; }

    public string EntityTypeId { get; init; } = CosCatalog.ResourceId;

    public required string EntityCrn { get; init; }

    public required string ResourceInstanceId { get; init; }

    public required string ResourceGroupId { get; init; }

    public required string AccountId { get; init; }

    public string PolicyId { get; init; } = "sandbox-7-days";

    public required string State { get; init; }

    public required DateTimeOffset TargetTime { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    public string? UpdatedBy { get; init; }
}
