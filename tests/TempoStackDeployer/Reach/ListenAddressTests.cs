using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Reach;

namespace TempoCos.TempoStackDeployer.Tests.Reach;

/// <summary>Where the deployer listens for the other services, which may be in other pods.</summary>
[Collection(SandboxCluster.Others)]
public sealed class ListenAddressTests
{
    [Theory]
    [InlineData(null, null, "127.0.0.1")]
    [InlineData(null, "127.0.0.1", "127.0.0.1")]
    [InlineData(null, "::1", "127.0.0.1")]
    [InlineData("10.1.2.3", null, "10.1.2.3")]
    [InlineData("10.1.2.3", "0.0.0.0", "10.1.2.3")]
    [InlineData("fd00::7", "::", "fd00::7")]
    public void It_is_the_pods_address_and_without_one_loopback(string? pod, string? bind, string address) =>
        ListenAddress.Of(Configuration(pod, bind)).ToString().ShouldBe(address);

    [Theory]
    [InlineData(null, "0.0.0.0", "POD_IP")]
    [InlineData(null, "10.1.2.3", "POD_IP")]
    [InlineData("10.1.2.3.4", "0.0.0.0", "POD_IP=10.1.2.3.4")]
    [InlineData("status.podIP", null, "POD_IP=status.podIP")]
    public void Services_in_other_pods_that_could_not_reach_it_are_told_of_before_anything_is_made(string? pod, string? bind, string value)
    {
        var refusal = Should.Throw<DiagnosticException>(() => Check(ReachBy.PortForward, inCluster: true, pod, bind));

        refusal.Code.ShouldBe("TC373");
        refusal.Value.ShouldBe(value);
        refusal.Fix.ShouldContain("status.podIP");
        Should.Throw<DiagnosticException>(() => Check(ReachBy.Unspecified, inCluster: false, pod, bind)).Code.ShouldBe("TC373");

        // By name there is nothing to listen for.
        Check(ReachBy.InCluster, inCluster: true, pod, bind);
        Check(ReachBy.Unspecified, inCluster: true, pod, bind);
    }

    [Fact]
    public async Task The_ways_to_a_stack_are_opened_there_and_lead_to_it()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync(configuration: ("POD_IP", "127.0.0.7"));

        var deployed = await deployer.DeployAsync(Samples.Request());

        deployed.Reached.Select(reached => (reached.By, new Uri(reached.Address).Host)).Distinct().ShouldBe([("port-forward", "127.0.0.7")]);
        using var http = new HttpClient();
        (await http.GetStringAsync(new Uri($"{deployed.Endpoints.QueryFrontend}/ready"), TestContext.Current.CancellationToken)).ShouldNotBeEmpty();
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_address_that_is_not_this_pods_is_named()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync(configuration: ("POD_IP", "192.0.2.1"));

        var refusal = await deployer.RefusalAsync(Samples.Request());

        (refusal.Code, refusal.Value).ShouldBe(("TC373", "POD_IP=192.0.2.1"));
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
    }

    private static void Check(ReachBy by, bool inCluster, string? pod, string? bind)
    {
        var configuration = Configuration(pod, bind);
        new OpenForwards(new ClusterConnector(configuration, TimeProvider.System, []), configuration, TimeProvider.System, NullLogger<StackReach>.Instance)
            .Check(new ClusterConnection(null!, "", inCluster), new ReachOptions { By = by });
    }

    private static IConfiguration Configuration(string? pod, string? bind) =>
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["POD_IP"] = pod, ["BIND_ADDRESS"] = bind }).Build();
}
