namespace TempoCos.Cluster.Api.Pods.Spdy;

/// <summary>The control frames of SPDY/3.1.</summary>
public enum FrameType
{
    SynStream = 1,
    SynReply = 2,
    Reset = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    Headers = 8,
    WindowUpdate = 9,
}
