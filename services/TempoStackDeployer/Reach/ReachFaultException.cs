namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>A connection could not be made, or was refused, for a reason that is known.</summary>
internal sealed class ReachFaultException(ReachFault fault, Exception? inner = null) : IOException(fault.Reason, inner)
{
    public ReachFault Fault => fault;
}
