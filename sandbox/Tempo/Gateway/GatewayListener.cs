namespace TempoCos.Tempo.Gateway;

/// <summary>Which listener a connection came in on.</summary>
public enum GatewayListener
{
    Web,
    Internal,
    Grpc,
}
