namespace TempoCos.Tempo.Http;

/// <summary>Which listener a connection came in on: ports may be chosen by the system, so requests are told apart by this and not by number.</summary>
public enum ListenerRole
{
    Http,
    Grpc,
    OtlpGrpc,
    OtlpHttp,
    Gossip,
    Internal,
}
