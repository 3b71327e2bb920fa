namespace TempoCos.Tempo.Gateway;

/// <summary>A tenant: known to users by its name, and to Tempo by its id.</summary>
public sealed record GatewayTenant(string Name, string Id, IAuthentication Authentication, IAuthorization Authorization);
