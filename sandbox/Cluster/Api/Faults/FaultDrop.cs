namespace TempoCos.Cluster.Api.Faults;

/// <summary>Whether a connection breaks instead of an answer, and on which side of the effect.</summary>
public enum FaultDrop
{
    None,
    Before,
    After,
}
