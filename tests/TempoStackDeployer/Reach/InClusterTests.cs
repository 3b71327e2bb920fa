using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Reach;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>By the names of Services. That they lead to Tempo is shown in pods, by tests/Deploy; here they do not resolve.</summary>
[Collection(SandboxCluster.OneAtATime)]
public sealed class InClusterTests
{
    [Fact]
    public async Task A_name_that_does_not_resolve_is_named()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync();
        var request = Samples.Request(seconds: 240);
        request.Reach = new ReachOptions { By = ReachBy.InCluster };

        var refusal = await deployer.RefusalAsync(request);

        refusal.Code.ShouldBe(Codes.HostUnknown);
        refusal.Value.ShouldMatch($@"^tempo-simplest-(distributor|query-frontend|ingester)\.{Samples.Namespace()}\.svc$");
        refusal.Fix.ShouldContain("port-forward");
    }

    [Fact]
    public async Task So_it_is_where_the_deployer_stands_between()
    {
        var dial = new HostDial("tempo-simplest-distributor.traces.svc", 4317);

        var fault = (await Should.ThrowAsync<ReachFaultException>(async () => await dial.ConnectAsync(TestContext.Current.CancellationToken))).Fault;

        fault.Code.ShouldBe(Codes.HostUnknown);
        fault.Value.ShouldBe("tempo-simplest-distributor.traces.svc");
    }

    [Fact]
    public void In_a_cluster_the_services_are_handed_out_by_name()
    {
        var ports = StackPorts.Of(Samples.Read());

        ports.Otlp.Address.ShouldBe(new("http://tempo-simplest-distributor.tempocos-r0123456789.svc:4317"));
        ports.QueryFrontend.Address.ShouldBe(new("http://tempo-simplest-query-frontend.tempocos-r0123456789.svc:3200"));
        ports.Jaeger!.Address.ShouldBe(new("http://tempo-simplest-query-frontend.tempocos-r0123456789.svc:16686"));
        ports.Ingester.Address.ShouldBe(new("http://tempo-simplest-ingester.tempocos-r0123456789.svc:3200"));
    }

    [Fact]
    public void A_stack_without_Jaeger_hands_out_none() =>
        StackPorts.Of(Samples.Read(
            Samples.Manifest.Replace("enabled: true", "enabled: false", StringComparison.Ordinal).Replace("type: ingress", "type: none", StringComparison.Ordinal))).Jaeger.ShouldBeNull();
}
