using k8s;
using k8s.Models;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Tests.Reach;

/// <summary>A whole stack behind the gateway in openshift mode: tokens of service accounts, which the cluster is asked about, and its rights.</summary>
[Collection(SandboxCluster.Others)]
public sealed class OpenShiftGatewayTests : IAsyncLifetime
{
    private const string Access = "access";
    private const string TenantId = "1610b0c3-c509-4592-a256-a1871353dbfa";
    private readonly TracesBucket _bucket = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _bucket.StartAsync();

    public ValueTask DisposeAsync() => _bucket.DisposeAsync();

    [Fact]
    public async Task A_service_accounts_token_opens_the_gateway_if_it_is_good_and_the_account_has_the_right()
    {
        await using var cluster = await SandboxCluster.StartAsync(null, featureGates: ["openshift.route,openshift.servingCertsService"]);
        await cluster.ProvisionAsync(endpoint: _bucket.Url);
        var tokens = await GrantAsync(cluster);
        await using var deployer = await cluster.DeployerAsync();
        var events = new List<StageEvent>();

        var deployed = await deployer.DeployAsync(Request("writer"), events);

        deployed.Tenant.ShouldBe(TenantId);
        deployed.Reached.Where(reached => reached.Gateway).Select(reached => $"{reached.Endpoint} {reached.Tls}").Order().ShouldBe(["jaeger server", "otlp-grpc server", "query-frontend server"]);
        await StackTraffic.WriteAndReadAsync(deployed);

        foreach (var (key, code) in (IEnumerable<(string, string)>)[("reader", Codes.GatewayForbids), ("stranger", Codes.GatewayForbids), ("expired", Codes.GatewayTokenRefused), ("invented", Codes.GatewayTokenRefused)])
        {
            var refusal = await deployer.RefusalAsync(Request(key), events);
            refusal.Code.ShouldBe(code, $"{key}: {refusal.Message}");
            refusal.Message.ShouldContain($"{Access}/tokens:{key}");
            tokens.Values.ShouldAllBe(token => !refusal.ToString().Contains(token));
        }

        // A passthrough route shows the gateway's own certificate, which is for the Service's name.
        var through = Request("writer", seconds: 30);
        through.Options.Ingress = "route";
        through.Set.Add("spec.template.gateway.ingress.route.termination=passthrough");
        through.Reach.By = ReachBy.Route;
        var other = await deployer.RefusalAsync(through, events);
        other.Code.ShouldBe(Codes.OtherCertificate, other.Message);
        other.Reason.ShouldContain($"is for another name: tempo-simplest-gateway.{Samples.Namespace()}.svc");

        // What the operator made for the cluster goes with the stack, and no token was told to anybody.
        tokens.Values.ShouldAllBe(token => token.Length > 20 && !string.Concat(events.Select(one => one.ToString())).Contains(token));
        (await ClusterRolesAsync()).ShouldContain($"tempo-simplest-gateway-{Samples.Namespace()}");
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
        (await ClusterRolesAsync()).ShouldNotContain($"tempo-simplest-gateway-{Samples.Namespace()}");

        async Task<IEnumerable<string>> ClusterRolesAsync() => (await cluster.Client.RbacAuthorizationV1.ListClusterRoleAsync(cancellationToken: Stop)).Items.Select(role => role.Metadata.Name);
    }

    private static DeployRequest Request(string key, int seconds = 240)
    {
        var request = Samples.Request(seconds: seconds);
        request.Options = new StackOptions { Tenants = { $"dev={TenantId}" }, TenantMode = "openshift", Ingress = "none" };
        request.Reach = new ReachOptions { By = ReachBy.PortForward, TokenSecret = $"{Access}/tokens:{key}" };
        return request;
    }

    /// <summary>One account may write and read, one only read, one nothing. The tokens are in a Secret.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> GrantAsync(SandboxCluster cluster)
    {
        var client = cluster.Client;
        await client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new() { Name = Access } }, cancellationToken: Stop);
        foreach (var (account, verbs) in (IEnumerable<(string, string[])>)[("writer", ["get", "create"]), ("reader", ["get"]), ("stranger", [])])
        {
            await client.CoreV1.CreateNamespacedServiceAccountAsync(new V1ServiceAccount { Metadata = new() { Name = account } }, Access, cancellationToken: Stop);
            if (verbs.Length > 0)
            {
                await client.RbacAuthorizationV1.CreateClusterRoleAsync(
                    new V1ClusterRole { Metadata = new() { Name = account }, Rules = [new V1PolicyRule { ApiGroups = ["tempo.grafana.com"], Resources = ["dev"], ResourceNames = ["traces"], Verbs = verbs }] }, cancellationToken: Stop);
                await client.RbacAuthorizationV1.CreateClusterRoleBindingAsync(
                    new V1ClusterRoleBinding
                    {
                        Metadata = new() { Name = account },
                        RoleRef = new V1RoleRef { ApiGroup = "rbac.authorization.k8s.io", Kind = "ClusterRole", Name = account },
                        Subjects = [new Rbacv1Subject { Kind = "ServiceAccount", Name = account, NamespaceProperty = Access }],
                    },
                    cancellationToken: Stop);
            }
        }

        var good = cluster.Token(Access, "writer", TimeSpan.FromHours(1));
        var tokens = new Dictionary<string, string>
        {
            ["writer"] = good,
            ["reader"] = cluster.Token(Access, "reader", TimeSpan.FromHours(1)),
            ["stranger"] = cluster.Token(Access, "stranger", TimeSpan.FromHours(1)),
            ["expired"] = cluster.Token(Access, "writer", TimeSpan.FromMinutes(-5)),
            ["invented"] = good[..^10] + "AAAAAAAAAA",
        };
        await client.CoreV1.CreateNamespacedSecretAsync(new V1Secret { Metadata = new() { Name = "tokens" }, StringData = tokens }, Access, cancellationToken: Stop);
        return tokens;
    }
}
