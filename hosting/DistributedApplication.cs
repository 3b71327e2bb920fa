using Aspire.Hosting.Testing;

namespace Aspire.Hosting;

/// <summary>An application of several processes.</summary>
public sealed class DistributedApplication : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly EntryPointHook? _hook;
    private readonly IHostApplicationLifetime _lifetime;

    internal DistributedApplication(IHost host, EntryPointHook? hook)
    {
        _host = host;
        _hook = hook;
        _lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
    }

    /// <summary>Services of the AppHost itself.</summary>
    public IServiceProvider Services => _host.Services;

    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options) => new DistributedApplicationBuilder(options);

    /// <summary>Starts (unless a test does), waits for Ctrl-C, SIGTERM or a request to stop, and stops.</summary>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            if (_hook is null)
            {
                await _host.StartAsync(cancellationToken);
            }

            await _host.WaitForShutdownAsync(cancellationToken);
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
            await _host.StartAsync(cancellationToken);
        }
        catch (Exception) when (_hook is not null)
        {
            await EndAsync(_hook);
            throw;
        }
    }

    /// <summary>Stops the hosted services, then the resources.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) =>
        _hook is null ? _host.StopAsync(cancellationToken) : EndAsync(_hook).WaitAsync(cancellationToken);

    public ValueTask DisposeAsync() => _hook is null ? DisposeHostAsync() : new ValueTask(EndAsync(_hook));

    /// <summary>The entry point stops and disposes what it has built.</summary>
    private Task EndAsync(EntryPointHook hook)
    {
        _lifetime.StopApplication();
        return hook.Ended;
    }

    private ValueTask DisposeHostAsync() => ((IAsyncDisposable)_host).DisposeAsync();
}
