using k8s;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.Tempo.Tests;

namespace TempoCos.TempoStackDeployer.Tests.Reach;

/// <summary>A whole stack whose Jaeger is reached by a Route, as the operator makes it and a router admits it.</summary>
[Collection(SandboxCluster.Others)]
public sealed class RouteTests : IAsyncLifetime
{
    private const string Taken = "jaeger.of-others.example";
    private readonly TracesBucket _bucket = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _bucket.StartAsync();

    public ValueTask DisposeAsync() => _bucket.DisposeAsync();

    [Fact]
    public async Task Jaeger_is_reached_by_its_route_but_not_by_one_that_is_refused_or_whose_certificate_nobody_vouches_for()
    {
        await using var cluster = await SandboxCluster.StartAsync(null, featureGates: ["openshift.route"]);
        await cluster.ProvisionAsync(endpoint: _bucket.Url);
        await ClaimAsync(cluster);
        await using var deployer = await cluster.DeployerAsync();

        var deployed = await deployer.DeployAsync(Request("insecure"));

        deployed.Reached.ToDictionary(reached => reached.Endpoint, reached => reached.By).ShouldBe(
            new Dictionary<string, string> { ["otlp-grpc"] = "port-forward", ["query-frontend"] = "port-forward", ["ingester"] = "port-forward", ["jaeger"] = "route" }, ignoreOrder: true);
        var jaeger = deployed.Reached.Single(reached => reached.Endpoint == "jaeger");
        jaeger.Target.ShouldStartWith($"tempo-simplest-query-frontend-{Samples.Namespace()}.apps.tempocos.local at 127.0.0.1:");
        jaeger.Tls.ShouldBe("none");
        deployed.Endpoints.ReachedBy.ShouldBe("route");
        await StackTraffic.WriteAndReadAsync(deployed);

        // The router's own certificate is of an authority that this process does not know.
        var untrusted = await deployer.RefusalAsync(Request("edge", seconds: 30));
        untrusted.Code.ShouldBe(Codes.OtherCertificate, untrusted.Message);
        untrusted.Value.ShouldBe($"tempo-simplest-query-frontend-{Samples.Namespace()}.apps.tempocos.local");
        untrusted.Reason.ShouldContain("not from an authority that is trusted");

        var refused = await deployer.RefusalAsync(Request("edge", Taken));
        refused.Code.ShouldBe(Codes.NoAddress, $"{refused.Message}\n{await RoutesAsync(cluster)}");
        refused.Reason.ShouldContain($"HostAlreadyClaimed: a route in another namespace holds {Taken} and is older than tempo-simplest-query-frontend");
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
    }

    private static async Task<object> RoutesAsync(SandboxCluster cluster) =>
        await cluster.Client.CustomObjects.ListClusterCustomObjectAsync("route.openshift.io", "v1", "routes", cancellationToken: Stop);

    private static DeployRequest Request(string termination, string host = "", int seconds = 240)
    {
        var request = Samples.Request(seconds: seconds);
        request.Options = new StackOptions { Ingress = "route", IngressHost = host };
        request.Set.Add($"spec.template.queryFrontend.jaegerQuery.ingress.route.termination={termination}");
        request.Reach = new ReachOptions { By = ReachBy.Route };
        return request;
    }

    private static async Task ClaimAsync(SandboxCluster cluster)
    {
        await cluster.Client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new() { Name = "others" } }, cancellationToken: Stop);
        await cluster.Client.CustomObjects.CreateNamespacedCustomObjectAsync(
            new Dictionary<string, object>
            {
                ["apiVersion"] = "route.openshift.io/v1",
                ["kind"] = "Route",
                ["metadata"] = new Dictionary<string, object> { ["name"] = "jaeger" },
                ["spec"] = new Dictionary<string, object> { ["host"] = Taken, ["to"] = new Dictionary<string, object> { ["kind"] = "Service", ["name"] = "jaeger" } },
            },
            "route.openshift.io", "v1", "others", "routes", cancellationToken: Stop);

        // Routes' ages are told in seconds: of two of the same second, their uids say which is older.
        var claimed = DateTimeOffset.UtcNow;
        await Eventually.TrueAsync("the next second", () => Task.FromResult(DateTimeOffset.UtcNow >= claimed.AddSeconds(1)));
    }
}
