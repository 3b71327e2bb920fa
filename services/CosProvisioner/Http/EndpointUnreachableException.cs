namespace TempoCos.CosProvisioner.Http;

/// <summary>No answer of the system that was asked: nothing came back within the time of one attempt, or what did was not its own.</summary>
internal sealed class EndpointUnreachableException(RemoteSystem system, Uri? address, NoAnswer cause, string why, Exception? inner = null)
    : Exception($"{system.Name} cannot be reached: {why}", inner)
{
    public RemoteSystem System { get; } = system;

    public string Address { get; } = ConnectionFailure.Name(address);

    public NoAnswer Cause { get; } = cause;

    public string Why { get; } = why;
}
