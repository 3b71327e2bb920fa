using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace TempoCos.AppHost;

/// <summary>Says where the dashboard is, and once the pipeline answers, where the <c>tempocos</c> command can attach.</summary>
internal sealed class Announcement(
    DistributedApplicationModel model, ProjectResource pipeline, ResourceNotificationService notifications, IConfiguration configuration, HomeDirectory home) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var dashboard = model.Resources.OfType<IResourceWithEndpoints>().FirstOrDefault(resource => resource.Name == "aspire-dashboard")?.GetEndpoint("http");
        var login = dashboard is null ? null : $"{dashboard.Url}/login?t={configuration["AppHost:BrowserToken"]}";
        if (login is not null)
        {
            Console.WriteLine($"Dashboard: {login}");
        }

        try
        {
            await notifications.WaitForResourceHealthyAsync(pipeline.Name, stoppingToken);
            home.Announce(pipeline.GetEndpoint("grpc").Url, login);
        }
        catch (DistributedApplicationException)
        {
            // Whoever watches the pipeline says why.
        }
    }
}
