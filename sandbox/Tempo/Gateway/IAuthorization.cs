namespace TempoCos.Tempo.Gateway;

/// <summary>What somebody may do with a tenant's traces.</summary>
public interface IAuthorization
{
    /// <summary>200 when allowed, else the status to refuse with.</summary>
    Task<int> CheckAsync(Identity who, string permission, GatewayTenant tenant, CancellationToken cancellationToken);
}
