namespace TempoCos.IbmCloud.ResourceManager;

/// <summary>A resource group, as stored and as sent.</summary>
public sealed record ResourceGroup
{
    public const string Active = "ACTIVE";
    public const string Suspended = "SUSPENDED";

    /// <summary>Not seen but by who asks for deleted ones.</summary>
    public const string Deleted = "DELETED";

    public required string Id { get; init; }

    public required string Crn { get; init; }

    public required string AccountId { get; init; }

    public required string Name { get; init; }

    public string State { get; init; } = Active;

    public bool Default { get; init; }

    public string QuotaId { get; init; } = "a3d7b8d01e261c24677937c29ab33f3c";

    public string QuotaUrl => $"/v2/quota_definitions/{QuotaId}";

    public string PaymentMethodsUrl => $"/v2/resource_groups/{Id}/payment_methods";

    public string[] ResourceLinkages { get; init; } = [];

    public string TeamsUrl => $"/v2/resource_groups/{Id}/teams";

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
