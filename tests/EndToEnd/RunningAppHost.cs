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
    public static Task<RunningAppHost> StartAsync(params string[] args) =>
        StartInAsync(Directory.CreateTempSubdirectory("tempocos-e2e-").FullName, args);

    /// <summary>The same on the state that another AppHost has left in <paramref name="home"/>.</summary>
    public static async Task<RunningAppHost> StartInAsync(string home, params string[] args)
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.TempoCos_AppHost>(
            [$"--TempoCos:Home={home}", .. args], (options, _) => options.DisableDashboard = false, TestContext.Current.CancellationToken);
        var app = await builder.BuildAsync(TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningAppHost(app, home);
    }

    /// <summary>Waits until the resource is healthy; says what it is instead when it does not become so.</summary>
    public async Task HealthyAsync(string resource) =>
        await App.ResourceNotifications.WaitForResourceHealthyAsync(resource, TestContext.Current.CancellationToken).WaitAsync(Deadline);

    /// <summary>Keeps the home when the AppHost ends.</summary>
    public bool KeepHome { get; set; }

    /// <summary>Process id of a running resource.</summary>
    public async Task<int> ProcessIdAsync(string resource)
    {
        var running = await App.ResourceNotifications.WaitForResourceAsync(
            resource, found => found.Snapshot.Properties.Any(IsProcessId), TestContext.Current.CancellationToken).WaitAsync(Deadline);
        return Convert.ToInt32(running.Snapshot.Properties.Single(IsProcessId).Value, System.Globalization.CultureInfo.InvariantCulture);

        static bool IsProcessId(ResourcePropertySnapshot property) => property is { Name: "executable.pid", Value: not null };
    }

    /// <summary>Address of a service's gRPC endpoint.</summary>
    public Uri Grpc(string resource) => App.GetEndpoint(resource, "grpc");

    public async ValueTask DisposeAsync()
    {
        Telemetry.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        if (!KeepHome)
        {
            Directory.Delete(Home, recursive: true);
        }
    }
}
