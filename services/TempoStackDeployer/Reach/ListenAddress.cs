using System.Net;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>Where the deployer itself listens for the other services: on loopback where they are on this machine or in this pod, else at the pod's address.</summary>
internal static class ListenAddress
{
    private const string Pod = "POD_IP";
    private const string Bind = "BIND_ADDRESS";
    private const string Fix = "Set POD_IP of this service from the field status.podIP, as deploy/kustomize does, or have Tempo reached by name: `--reach in-cluster`.";

    /// <exception cref="DiagnosticException">TC373: the others are elsewhere, and the pod's address is not known.</exception>
    public static IPAddress Of(IConfiguration configuration)
    {
        if (configuration[Pod]?.Trim() is { Length: > 0 } named)
        {
            return IPAddress.TryParse(named, out var address)
                ? address
                : throw new DiagnosticException(Codes.NoListenAddress, $"{Pod}={named}", "The address at which the other services are to reach this one is none", Fix);
        }

        // Who calls this service at another address than loopback is not in this pod.
        return IPAddress.TryParse(configuration[Bind], out var bound) && !IPAddress.IsLoopback(bound)
            ? throw new DiagnosticException(
                Codes.NoListenAddress, Pod, $"The other services are not in this pod ({Bind} is {bound}), and it is not known at which address they could reach what this one forwards", Fix)
            : IPAddress.Loopback;
    }

    /// <summary>No listener could be opened there.</summary>
    public static DiagnosticException NotThere(IConfiguration configuration, Exception exception) =>
        new(Codes.NoListenAddress, $"{Pod}={configuration[Pod]}", $"This service cannot listen for the other services: {exception.Message.TrimEnd('.')}", Fix, exception);
}
