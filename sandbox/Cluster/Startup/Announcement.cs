using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using TempoCos.Cluster.Access;

namespace TempoCos.Cluster.Startup;

/// <summary>Completes what is stored and seeds before the server listens; writes the kubeconfig when it is known where.</summary>
public sealed class Announcement(IServer server, StoredDefaults defaults, Seeding seeding, ServerCertificate certificate, ClusterToken token, ClusterOptions options) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        defaults.Complete();
        seeding.Run();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (options.Kubeconfig is { } file)
        {
            Kubeconfig.Write(file, new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First()), certificate.AuthorityPem, token.Value);
        }

        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
