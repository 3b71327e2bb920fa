namespace Aspire.Hosting;

/// <param name="entryPoint">That of an AppHost which a test runs: it stops and disposes what it has built.</param>
public sealed class DistributedApplication(IHost host, Task? entryPoint) : IAsyncDisposable
{
    private readonly IHostApplicationLifetime _lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();

    public IServiceProvider Services => host.Services;

    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options) => new DistributedApplicationBuilder(options);

    /// <summary>Starts (unless a test does), waits for Ctrl-C, SIGTERM or a request to stop, and stops.</summary>
    public async Task RunAsync()
    {
        try
        {
            if (entryPoint is null)
            {
                await host.StartAsync();
            }

            await host.WaitForShutdownAsync();
        }
        finally
        {
            await DisposeHostAsync();
        }
    }

    /// <summary>Starts the hosted services and the resources, without waiting until they are healthy.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch (Exception) when (entryPoint is not null)
        {
            await EndAsync(entryPoint);
            throw;
        }
    }

    /// <summary>Stops the hosted services, then the resources.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) =>
        entryPoint is null ? host.StopAsync(cancellationToken) : EndAsync(entryPoint).WaitAsync(cancellationToken);

    public ValueTask DisposeAsync() => entryPoint is null ? DisposeHostAsync() : new ValueTask(EndAsync(entryPoint));

    public HttpClient CreateHttpClient(string resourceName, string endpointName) => new() { BaseAddress = GetEndpoint(resourceName, endpointName) };

    public Uri GetEndpoint(string resourceName, string endpointName)
    {
        var program = Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<ProgramResource>().FirstOrDefault(program => program.Name == resourceName)
            ?? throw new ArgumentException($"There is no resource '{resourceName}' with endpoints.", nameof(resourceName));
        return new Uri(program.GetEndpoint(endpointName).Url);
    }

    private Task EndAsync(Task entryPoint)
    {
        _lifetime.StopApplication();
        return entryPoint;
    }

    private ValueTask DisposeHostAsync() => ((IAsyncDisposable)host).DisposeAsync();
}
