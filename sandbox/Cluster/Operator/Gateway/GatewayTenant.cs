namespace TempoCos.Cluster.Operator.Gateway;

/// <summary>What the gateway has to know of a tenant beyond what the instance says: its OIDC client, or the secret of its cookies.</summary>
public sealed record GatewayTenant(string Name)
{
    public string ClientId { get; init; } = "";

    public string ClientSecret { get; init; } = "";

    public string IssuerCaPath { get; init; } = "";

    public string CookieSecret { get; init; } = "";

    /// <summary>Without the secrets, which are nobody's business.</summary>
    public override string ToString() => Name;
}
