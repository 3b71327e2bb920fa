using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace TempoCos.IbmCloud.ResourceController;

/// <summary>A service instance, as stored and as sent.</summary>
public sealed record ResourceInstance
{
    public string Id => Crn;

    public required string Guid { get; init; }

    public string Url => $"/v2/resource_instances/{Guid}";

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    public DateTimeOffset? DeletedAt { get; init; }

    public required string CreatedBy { get; init; }

    public string? UpdatedBy { get; init; }

    public string? DeletedBy { get; init; }

    public DateTimeOffset? ScheduledReclaimAt { get; init; }

    public string? ScheduledReclaimBy { get; init; }

    public DateTimeOffset? RestoredAt { get; init; }

    public string? RestoredBy { get; init; }

    public required string Name { get; init; }

    public string RegionId { get; init; } = "global";

    public required string AccountId { get; init; }

    public required string ResourcePlanId { get; init; }

    public required string ResourceGroupId { get; init; }

    public required string ResourceGroupCrn { get; init; }

    public string TargetCrn => $"crn:v1:bluemix:public:globalcatalog::::deployment:{ResourcePlanId}%3Aglobal";

    public bool OnetimeCredentials { get; init; }

    public JsonObject? Parameters { get; init; }

    public bool AllowCleanup { get; init; }

    public required string Crn { get; init; }

    public required string State { get; init; }

    public string Type { get; init; } = "service_instance";

    public string? SubType { get; init; }

    public string ResourceId { get; init; } = CosCatalog.ResourceId;

    public string DashboardUrl => $"/objectstorage/{Uri.EscapeDataString(Crn)}";

    public required LastOperation LastOperation { get; init; }

    public string ResourceAliasesUrl => $"{Url}/resource_aliases";

    public string ResourceBindingsUrl => $"{Url}/resource_bindings";

    public string ResourceKeysUrl => $"{Url}/resource_keys";

    public PlanHistory[] PlanHistory { get; init; } = [];

    public bool Migrated { get; init; }

    public JsonObject? Extensions { get; init; }

    public string ControlledBy { get; init; } = "";

    public bool Locked { get; init; }

    /// <summary>Kept for search and tagging; the resource controller never sends them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[]? Tags { get; init; }
}
