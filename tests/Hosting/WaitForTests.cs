using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TempoCos.Hosting.Tests;

public sealed class WaitForTests
{
    [Fact]
    public async Task A_resource_starts_when_the_other_is_healthy_and_finds_it_by_reference()
    {
        var builder = Model.Empty();
        var service = builder.AddProject<Projects.TempoCos_TraceGenerator>("trace-generator")
            .WithHttpEndpoint(name: "http", env: "HTTP_PORT")
            .WithHttpEndpoint(name: "grpc", env: "GRPC_PORT")
            .WithHttpHealthCheck("/health", endpointName: "http");
        builder.AddShell("client", "tr '\\0' '\\n' < /proc/$$/environ; exec sleep 300").WithReference(service).WaitFor(service)
            .WithEnvironment("ABOUT", $"{service.GetEndpoint("http")}/health");
        await using var app = builder.Build();
        await app.StartAsync(TestContext.Current.CancellationToken);

        var client = await app.ResourceNotifications.WaitForResourceHealthyAsync("client", TestContext.Current.CancellationToken).WaitAsync(Model.Deadline);
        var other = await app.ResourceNotifications.WaitForResourceHealthyAsync("trace-generator", TestContext.Current.CancellationToken).WaitAsync(Model.Deadline);
        other.Snapshot.HealthStatus.ShouldBe(HealthStatus.Healthy);
        client.Snapshot.StartTimeStamp!.Value.ShouldBeGreaterThan(other.Snapshot.StartTimeStamp!.Value);

        var url = ((IResourceWithEndpoints)other.Resource).GetEndpoint("http").Url;
        await app.LineAsync("client", $"services__trace-generator__http__0={url}");
        await app.LineAsync("client", $"TRACE_GENERATOR_HTTP={url}");
        await app.LineAsync("client", $"ABOUT={url}/health");
        using var http = new HttpClient();
        (await http.GetStringAsync($"{url}/health", TestContext.Current.CancellationToken)).ShouldBe("Healthy");
    }

    [Fact]
    public async Task A_resource_does_not_start_when_the_other_has_ended_and_says_so()
    {
        var builder = Model.Empty();
        var failing = builder.AddShell("failing", "sleep 1; exit 7").WithHttpEndpoint(name: "http", env: "HTTP_PORT").WithHttpHealthCheck("/health", endpointName: "http");
        builder.AddShell("waiting", "echo started").WaitFor(failing);
        await using var app = builder.Build();
        await app.StartAsync(TestContext.Current.CancellationToken);

        (await app.EndOfAsync("waiting")).State!.Text.ShouldBe(KnownResourceStates.FailedToStart);
        (await app.LineAsync("waiting", "'failing'")).ShouldNotBe(default);
        (await app.LineAsync("waiting", "will not become healthy")).Content.ShouldContain("Finished with exit code 7");
    }
}
