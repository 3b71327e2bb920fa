using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace TempoCos.Cluster.Kubelet;

/// <summary>Where pods reach the API: known once the server listens.</summary>
public sealed class ApiAddress(IServer server)
{
    public Uri? Value => server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address ? new Uri(address) : null;
}
