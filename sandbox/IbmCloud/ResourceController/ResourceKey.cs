using System.Text.Json.Serialization;

namespace TempoCos.IbmCloud.ResourceController;

/// <summary>A service credential, as stored and as sent.</summary>
public sealed record ResourceKey
{
    public string Id => Crn;

    public required string Guid { get; init; }

    public string Url => $"/v2/resource_keys/{Guid}";

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    public DateTimeOffset? DeletedAt { get; init; }

    public required string CreatedBy { get; init; }

    public string? UpdatedBy { get; init; }

    public string? DeletedBy { get; init; }

    public required string SourceCrn { get; init; }

    public required string Name { get; init; }

    public required string Role { get; init; }

    public required string Crn { get; init; }

    public required string State { get; init; }

    public required string AccountId { get; init; }

    public required string ResourceGroupId { get; init; }

    public string ResourceId { get; init; } = CosCatalog.ResourceId;

    public bool OnetimeCredentials { get; init; }

    public bool IamCompatible { get; init; } = true;

    public bool Migrated { get; init; }

    public required string ResourceInstanceUrl { get; init; }

    public string? ResourceAliasUrl { get; init; }

    /// <summary>Gone once the key is removed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public KeyCredentials? Credentials { get; init; }
}
