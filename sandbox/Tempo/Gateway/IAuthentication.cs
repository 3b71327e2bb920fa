namespace TempoCos.Tempo.Gateway;

/// <summary>How a tenant's users show who they are.</summary>
public interface IAuthentication
{
    /// <summary>Whose token it is.</summary>
    /// <exception cref="GatewayRefusedException">Nobody's.</exception>
    Task<Identity> IdentifyAsync(string token, CancellationToken cancellationToken);

    /// <summary>What somebody without a token is told.</summary>
    GatewayRefusedException WithoutToken(HttpRequest request);
}
