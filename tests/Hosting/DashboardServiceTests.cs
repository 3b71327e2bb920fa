using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Dashboard.Proto;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace TempoCos.Hosting.Tests;

public sealed class DashboardServiceTests
{
    private const string Secret = "s3cr3t-of-the-cloud";

    [Fact]
    public async Task Shows_resources_with_all_that_the_dashboard_insists_on_and_no_secret()
    {
        await using var app = Build();
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var channel = GrpcChannel.ForAddress(await app.Services.GetRequiredService<DashboardServer>().StartAsync(TestContext.Current.CancellationToken));
        var client = new Aspire.Hosting.Dashboard.Proto.DashboardService.DashboardServiceClient(channel);

        var seen = await CollectAsync(client, Headers(app), resources => resources.Count == 3 && resources["sleeper"].State == "Running");

        foreach (var resource in seen.Values)
        {
            resource.CreatedAt.ShouldNotBeNull();
            resource.Uid.ShouldNotBeEmpty();
            resource.ResourceType.ShouldNotBeEmpty();
            resource.Urls.ShouldAllBe(url => url.DisplayProperties != null);
            resource.ToString().ShouldNotContain(Secret);
        }

        var sleeper = seen["sleeper"];
        sleeper.Environment.Single(variable => variable.Name == "KEY").Value.ShouldNotBeEmpty();
        sleeper.Environment.Single(variable => variable.Name == "HEADER").Value.ShouldNotBeEmpty();
        sleeper.Environment.Single(variable => variable.Name == "PLACE").Value.ShouldBe("us-east");
        seen["place"].Properties.Single(property => property.Name == "Value").Value.StringValue.ShouldBe("us-east");
        (await app.LineAsync("sleeper", "got")).Content.ShouldContain($"got {Secret} Bearer {Secret}", customMessage: "the process itself gets the secret");
    }

    [Fact]
    public async Task Stops_starts_and_restarts_a_process_on_command()
    {
        await using var app = Build();
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var channel = GrpcChannel.ForAddress(await app.Services.GetRequiredService<DashboardServer>().StartAsync(TestContext.Current.CancellationToken));
        var client = new Aspire.Hosting.Dashboard.Proto.DashboardService.DashboardServiceClient(channel);
        var first = (await CollectAsync(client, Headers(app), resources => resources.GetValueOrDefault("sleeper")?.State == "Running"))["sleeper"];

        async Task<ResourceCommandResponse> CommandAsync(string command) => await client.ExecuteResourceCommandAsync(
            new ResourceCommandRequest { ResourceName = first.Name, CommandName = command }, Headers(app), cancellationToken: TestContext.Current.CancellationToken);

        (await CommandAsync("stop")).Kind.ShouldBe(ResourceCommandResponseKind.Succeeded);
        await CollectAsync(client, Headers(app), resources => resources.GetValueOrDefault("sleeper")?.State is "Exited" or "Finished");
        (await CommandAsync("start")).Kind.ShouldBe(ResourceCommandResponseKind.Succeeded);
        (await CollectAsync(client, Headers(app), resources => resources.GetValueOrDefault("sleeper")?.State == "Running"))["sleeper"].StartedAt.ShouldNotBe(first.StartedAt);
        (await CommandAsync("restart")).Kind.ShouldBe(ResourceCommandResponseKind.Succeeded);
        await CollectAsync(client, Headers(app), resources => resources.GetValueOrDefault("sleeper")?.State == "Running");
        (await CommandAsync("no-such-command")).Kind.ShouldBe(ResourceCommandResponseKind.Failed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task Answers_nobody_without_the_key(string? key)
    {
        await using var app = Build();
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var channel = GrpcChannel.ForAddress(await app.Services.GetRequiredService<DashboardServer>().StartAsync(TestContext.Current.CancellationToken));
        var client = new Aspire.Hosting.Dashboard.Proto.DashboardService.DashboardServiceClient(channel);

        var headers = new Metadata();
        if (key is not null)
        {
            headers.Add("x-resource-service-api-key", key);
        }

        var refused = await Should.ThrowAsync<RpcException>(async () => await client.GetApplicationInformationAsync(new(), headers));
        refused.StatusCode.ShouldBe(StatusCode.Unauthenticated);
        (await client.GetApplicationInformationAsync(new(), Headers(app))).ApplicationName.ShouldNotBeEmpty();
    }

    private static DistributedApplication Build()
    {
        var builder = Model.Empty();
        var key = builder.AddParameter("key", Secret, secret: true);
        var place = builder.AddParameter("place", "us-east");
        builder.AddShell("sleeper", "echo got $KEY $HEADER; exec sleep 300")
            .WithHttpEndpoint(name: "http", env: "HTTP_PORT")
            .WithEnvironment("KEY", key)
            .WithEnvironment("HEADER", $"Bearer {key.Resource}")
            .WithEnvironment("PLACE", place);
        return builder.Build();
    }

    private static Metadata Headers(DistributedApplication app) =>
        new() { { "x-resource-service-api-key", app.Services.GetRequiredService<IConfiguration>()["AppHost:ResourceService:ApiKey"]! } };

    private static async Task<Dictionary<string, Aspire.Hosting.Dashboard.Proto.Resource>> CollectAsync(
        Aspire.Hosting.Dashboard.Proto.DashboardService.DashboardServiceClient client,
        Metadata headers,
        Func<Dictionary<string, Aspire.Hosting.Dashboard.Proto.Resource>, bool> enough)
    {
        var resources = new Dictionary<string, Aspire.Hosting.Dashboard.Proto.Resource>();
        using var call = client.WatchResources(new WatchResourcesRequest(), headers, DateTime.UtcNow + Model.Deadline, TestContext.Current.CancellationToken);
        await foreach (var update in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            foreach (var resource in update.InitialData?.Resources.AsEnumerable() ?? update.Changes.Value.Select(change => change.Upsert))
            {
                resources[resource.DisplayName] = resource;
            }

            if (enough(resources))
            {
                return resources;
            }
        }

        throw new TimeoutException($"Only saw {string.Join(", ", resources.Values.Select(resource => $"{resource.DisplayName} {resource.State}"))}.");
    }
}
