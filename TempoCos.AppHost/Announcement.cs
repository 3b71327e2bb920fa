using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace TempoCos.AppHost;

/// <summary>Says where the dashboard is, and once the pipeline answers, where the <c>tempocos</c> command can attach, until the AppHost begins to end.</summary>
internal sealed class Announcement(
    DistributedApplicationModel model, ProjectResource pipeline, ResourceNotificationService notifications, IConfiguration configuration, HomeDirectory home, IHostApplicationLifetime application) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Who comes while the services end must not attach to them.
        application.ApplicationStopping.Register(home.Withdraw);
        var dashboard = model.Resources.OfType<IResourceWithEndpoints>().FirstOrDefault(resource => resource.Name == "aspire-dashboard");
        string? login = null;
        if (dashboard is not null)
        {
            await notifications.WaitForResourceAsync(dashboard.Name, KnownResourceStates.Running, stoppingToken);
            login = $"{dashboard.GetEndpoint("http").Url}/login?t={configuration["AppHost:BrowserToken"]}";
            Console.WriteLine($"Dashboard: {login}");
        }

        try
        {
            await notifications.WaitForResourceHealthyAsync(pipeline.Name, stoppingToken);
            home.Announce(pipeline.GetEndpoint("grpc").Url, pipeline.GetEndpoint("http").Url, login);
        }
        catch (DistributedApplicationException)
        {
            // Whoever watches the pipeline says why.
        }
    }
}
