using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.Tests;

/// <summary><c>-target=all</c> inside the test process, on ports of the system's choice.</summary>
internal sealed class SingleProcess : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SingleProcess(WebApplication app, IReadOnlyList<Listener> listeners)
    {
        _app = app;
        Listeners = listeners;
        Http = new HttpClient { BaseAddress = Address(ListenerRole.Http), Timeout = TimeSpan.FromSeconds(60) };
    }

    public IReadOnlyList<Listener> Listeners { get; }

    public HttpClient Http { get; }

    public static async Task<SingleProcess> StartAsync(TemporaryDirectory directory, string extra = "", string? backend = null, Dictionary<string, string>? flags = null)
    {
        var store = backend ?? $"backend: local, local: {{path: '{directory["blocks"]}'}}";
        var yaml = $$$$$$$$"""
            server: {http_listen_address: 127.0.0.1, http_listen_port: 0, grpc_listen_address: 127.0.0.1, grpc_listen_port: 0, log_level: error}
            distributor: {receivers: {otlp: {protocols: {grpc: {endpoint: "127.0.0.1:0"}, http: {endpoint: "127.0.0.1:0"}}}}}
            ingester: {trace_idle_period: 200ms, flush_check_period: 200ms}
            storage: {trace: { {{{{{{{{store}}}}}}}}, wal: {path: '{{{{{{{{directory["wal"]}}}}}}}}'}, blocklist_poll: 300ms}}
            {{{{{{{{extra}}}}}}}}
            """;
        var settings = TempoSettings.From(new(ConfigurationTree.Parse("test", yaml), flags ?? []));
        var app = TempoApp.Create(settings);
        await app.Services.GetRequiredService<Lifecycle>().PrepareAsync(TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        var started = new SingleProcess(app, TempoApp.Opened(app, TempoApp.Plan(settings)));
        await Eventually.TrueAsync("Tempo is ready", async () => (await started.Http.GetAsync("/ready")).IsSuccessStatusCode);
        return started;
    }

    public Uri Address(ListenerRole role) => new($"http://127.0.0.1:{Listeners.Single(listener => listener.Role == role).Port}");

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
