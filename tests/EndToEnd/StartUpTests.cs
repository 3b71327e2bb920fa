namespace TempoCos.EndToEnd.Tests;

public sealed class StartUpTests
{
    private static readonly string[] Services = ["cos-provisioner", "tempostack-deployer", "trace-generator", "query-verifier", "pipeline"];
    private static readonly string[] Sandbox = ["ibm-cloud", "cluster"];

    [Fact]
    public async Task Every_resource_becomes_healthy_and_every_service_is_heard_by_the_dashboard()
    {
        await using var apphost = await RunningAppHost.StartAsync("--no-run");
        await Task.WhenAll(Services.Concat(Sandbox).Select(apphost.HealthyAsync));

        var heard = await DashboardTelemetry.UntilAsync(
            apphost.Telemetry.ResourcesAsync, names => Services.All(names.Contains), names => string.Join(", ", names));
        heard.ShouldNotContain("no-such-service");
        using var client = apphost.App.CreateHttpClient("pipeline", "http");
        (await client.GetStringAsync("/health", TestContext.Current.CancellationToken)).ShouldBe("Healthy");
    }

    [Fact]
    public async Task The_telemetry_is_not_for_everyone()
    {
        await using var apphost = await RunningAppHost.StartAsync("--no-run");
        await apphost.HealthyAsync("aspire-dashboard");
        using var stranger = new HttpClient();
        var address = new Uri(apphost.App.GetEndpoint("aspire-dashboard", "http"), "api/telemetry/resources");
        await DashboardTelemetry.UntilAsync(
            async () => (int)(await stranger.GetAsync(address, TestContext.Current.CancellationToken)).StatusCode, status => status is 401 or 403, status => $"status {status}");
    }
}
