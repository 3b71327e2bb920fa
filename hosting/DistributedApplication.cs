using Aspire.Hosting.Testing;

namespace Aspire.Hosting;

/// <summary>An application of several processes.</summary>
public sealed class DistributedApplication : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly EntryPointHook? _hook;

    internal DistributedApplication(IHost host, EntryPointHook? hook)
    {
        _host = host;
        _hook = hook;
    }

    /// <summary>Services of the AppHost itself.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>What state each resource is in.</summary>
    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    /// <summary>A builder.</summary>
    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options) => new DistributedApplicationBuilder(options);

    /// <summary>Starts, waits for Ctrl-C, SIGTERM or a request to stop, and stops.</summary>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            if (_hook is not null)
            {
                await _hook.MayStartAsync();
            }

            await _host.StartAsync(cancellationToken);
            _hook?.Started(null);
            await _host.WaitForShutdownAsync(cancellationToken);
        }
        catch (Exception exception) when (_hook is not null)
        {
            _hook.Started(exception);
            throw;
        }
        finally
        {
            await DisposeHostAsync();
        }
    }

    /// <summary>Starts the hosted services and the resources, without waiting until they are healthy.</summary>
    public Task StartAsync(CancellationToken cancellationToken = default) => _hook?.StartAsync(cancellationToken) ?? _host.StartAsync(cancellationToken);

    /// <summary>Stops the hosted services, then the resources.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (_hook is null)
        {
            return _host.StopAsync(cancellationToken);
        }

        Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        return _hook.EndAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_hook is null)
        {
            await DisposeHostAsync();
        }
        else
        {
            await _hook.AbandonAsync();
        }
    }

    private async Task DisposeHostAsync()
    {
        if (_host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }
}
