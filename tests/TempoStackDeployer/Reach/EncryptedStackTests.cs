using k8s;
using TempoCos.Contracts;
using TempoCos.Tempo.Tests.Gateway;
using TempoCos.TempoStackDeployer.Clusters.Rights;
using TempoCos.TempoStackDeployer.Reach;
using TempoCos.TempoStackDeployer.Tests.Clusters;

namespace TempoCos.TempoStackDeployer.Tests.Reach;

/// <summary>Whole stacks: what the operator makes of its feature gates and of tenants, and the sandbox's own Tempo and gateway in the pods.</summary>
[Collection(SandboxCluster.Others)]
public sealed class EncryptedStackTests : IAsyncLifetime
{
    private const string TenantId = "1610b0c3-c509-4592-a256-a1871353dbfa";
    private readonly TracesBucket _bucket = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _bucket.StartAsync();

    public ValueTask DisposeAsync() => _bucket.DisposeAsync();

    [Fact]
    public async Task A_stack_with_the_operators_certificates_is_written_to_and_read_from_in_plain_http()
    {
        await using var cluster = await SandboxCluster.StartAsync(null, featureGates: ["httpEncryption", "grpcEncryption"]);
        await cluster.ProvisionAsync(endpoint: _bucket.Url);
        var asked = new AskedRights(Samples.Namespace());
        await using var deployer = await cluster.DeployerAsync(asked.Handler);

        var deployed = await deployer.DeployAsync(Samples.Request(seconds: 240));

        deployed.Reached.Single(reached => reached.Endpoint == "ingester").Tls.ShouldBe("mutual");
        var table = RequiredRights.For(Samples.Read(), ReachedBy.PortForward, provisions: false, []);
        asked.All.ShouldBeSubsetOf(AskedRights.Of(table));
        AskedRights.Of(table.Where(right => right.Use == RightUse.Encryption)).ShouldBeSubsetOf(asked.All);
        await StackTraffic.WriteAndReadAsync(deployed);

        var (results, events) = await DiagnoseTests.DiagnoseAsync(deployer, deployed.Name);
        events.Single(one => one is { Step: "facts", State: StepState.Succeeded }).Message.ShouldMatch(@"^(\d+) of \1 pods");
        results.Single(result => result.Id == "TC403").Severity.ShouldBe(CheckSeverity.Pass);
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("httpEncryption,grpcEncryption")]
    public async Task A_stack_behind_the_gateway_is_written_to_and_read_from_as_its_tenant(string gates)
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var cluster = await SandboxCluster.StartAsync(null, featureGates: gates.Length == 0 ? [] : [gates]);
        await cluster.ProvisionAsync(endpoint: _bucket.Url);
        await cluster.Client.CoreV1.CreateNamespacedSecretAsync(
            new k8s.Models.V1Secret
            {
                Metadata = new() { Name = "dev-oidc" },
                StringData = new Dictionary<string, string> { ["clientID"] = TestIssuer.ClientId, ["clientSecret"] = "of-no-use-here" },
            },
            Samples.Namespace(), cancellationToken: Stop);
        var token = issuer.Token("writer");
        await using var deployer = await cluster.DeployerAsync(configuration: ("Tempo:Token", token));

        var events = new List<StageEvent>();
        var deployed = await deployer.DeployAsync(Samples.Request(Manifest(issuer.Url), seconds: 240), events);

        deployed.Tenant.ShouldBe(TenantId);
        deployed.Reached.Where(reached => reached.Gateway).Select(reached => reached.Endpoint).Order().ShouldBe(["jaeger", "otlp-grpc", "query-frontend"]);
        await StackTraffic.WriteAndReadAsync(deployed);
        string.Concat(events.Select(one => one.ToString())).ShouldNotContain(token);
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
    }

    private static string Manifest(string issuer) => Samples.Manifest.Replace("type: ingress", "type: none", StringComparison.Ordinal).TrimEnd() + "\n" + $"""
            gateway:
              enabled: true
          tenants:
            mode: static
            authentication:
            - tenantName: dev
              tenantId: {TenantId}
              oidc:
                issuerURL: {issuer}
                redirectURL: https://gateway.example/oidc/dev/callback
                usernameClaim: email
                secret:
                  name: dev-oidc
            authorization:
              roles:
              - name: all
                permissions: [read, write]
                resources: [traces]
                tenants: [dev]
              roleBindings:
              - name: all
                roles: [all]
                subjects:
                - kind: user
                  name: writer
        """;
}
