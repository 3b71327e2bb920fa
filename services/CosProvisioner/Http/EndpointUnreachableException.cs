namespace TempoCos.CosProvisioner.Http;

/// <summary>No answer: name not resolved, connection refused or broken, or nothing within the time of one attempt.</summary>
internal sealed class EndpointUnreachableException(RemoteSystem system, Uri? address, string why, Exception inner)
    : Exception($"{system.Name} cannot be reached: {why}", inner)
{
    public RemoteSystem System { get; } = system;

    public string Address { get; } = address?.GetLeftPart(UriPartial.Authority) ?? "";

    public string Why { get; } = why;
}
