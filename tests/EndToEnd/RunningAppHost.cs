namespace TempoCos.EndToEnd.Tests;

/// <summary>The AppHost inside the test, with its dashboard and a home of its own.</summary>
public sealed class RunningAppHost : IAsyncDisposable
{
    /// <summary>For each thing that is waited for.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private RunningAppHost(DistributedApplication app, string home)
    {
        App = app;
        Home = home;
        Telemetry = new DashboardTelemetry(
            app.GetEndpoint("aspire-dashboard", "http"), app.Services.GetRequiredService<IConfiguration>()["AppHost:DashboardApiKey"]!);
    }

    public DistributedApplication App { get; }

    /// <summary>Directory of durable state.</summary>
    public string Home { get; }

    /// <summary>What the dashboard has received from the services.</summary>
    public DashboardTelemetry Telemetry { get; }

    /// <summary>Starts the AppHost with these arguments and configuration (<c>--key=value</c>).</summary>
    public static async Task<RunningAppHost> StartAsync(params string[] args)
    {
        var home = Directory.CreateTempSubdirectory("tempocos-e2e-").FullName;
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.TempoCos_AppHost>(
            [$"--TempoCos:Home={home}", .. args], (options, _) => options.DisableDashboard = false, TestContext.Current.CancellationToken);
        var app = await builder.BuildAsync(TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningAppHost(app, home);
    }

    /// <summary>Waits until the resource is healthy; says what it is instead when it does not become so.</summary>
    public async Task HealthyAsync(string resource) =>
        await App.ResourceNotifications.WaitForResourceHealthyAsync(resource, TestContext.Current.CancellationToken).WaitAsync(Deadline);

    /// <summary>Address of a service's gRPC endpoint.</summary>
    public Uri Grpc(string resource) => App.GetEndpoint(resource, "grpc");

    public async ValueTask DisposeAsync()
    {
        Telemetry.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        Directory.Delete(Home, recursive: true);
    }
}
