using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Builder;
using TempoCos.Cluster;
using TempoCos.Cluster.Access;
using TempoCos.Cluster.Startup;
using TempoCos.Contracts;
using TempoCos.IbmCloud;

namespace TempoCos.EndToEnd.Tests;

/// <summary>A run as on OpenShift: the gateway asks the cluster about tokens of service accounts, and a Route with re-encryption leads to it.</summary>
public sealed class OpenShiftTests : IAsyncLifetime
{
    private const string ApiKey = "an-api-key-of-the-cloud-account-9876543210zy";
    private const string Access = "access";
    private const string TenantId = "1610b0c3-c509-4592-a256-a1871353dbfa";
    private const string Trust = "SSL_CERT_FILE";

    private readonly string _directory = Directory.CreateTempSubdirectory("tempocos-openshift-").FullName;
    private WebApplication _cloud = null!;
    private WebApplication _cluster = null!;

    private string Kubeconfig => Path.Combine(_directory, "kubeconfig");

    private Uri Cloud => new(_cloud.Urls.First());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cloud = IbmCloudApp.Create(new IbmCloudOptions { DataDirectory = Path.Combine(_directory, "cloud"), ApiKeys = [ApiKey], LogLevel = Microsoft.Extensions.Logging.LogLevel.Warning });
        _cluster = ClusterApp.Create(new ClusterOptions
        {
            DataDirectory = Path.Combine(_directory, "cluster"),
            Kubeconfig = Kubeconfig,
            FeatureGates = ["openshift.route", "openshift.servingCertsService"],
            Secrets = [SeedSecret.Parse($"kube-system/qe-ibmcloud-creds:apiKey={ApiKey}")],
        });
        await Task.WhenAll(_cloud.StartAsync(Stop), _cluster.StartAsync(Stop));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in (WebApplication[])[_cloud, _cluster])
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_run_by_route_through_the_gateway_is_proven_with_a_service_accounts_token_which_nobody_is_told()
    {
        var (token, expired) = await GrantAsync();
        await using var apphost = await StartAppHostAsync();

        var run = await FinishedRun.RunAsync(apphost, Request("rshift", "good"));

        run.Finished.ExitCode.ShouldBe(0, run.Finished.Summary);
        run.Finished.Verdict.ShouldBe(Verdict.Proven);
        run.Rungs.Select(rung => rung.Rung).ShouldBe([0, 1, 2, 3, 4, 5, 6, 7]);
        run.Rungs.ShouldAllBe(rung => rung.Verdict == Verdict.Proven);
        run.Rungs.Skip(1).ShouldAllBe(rung => rung.Controls.Count > 0 && rung.Controls.All(control => control.Held));
        var tempo = run.Receipt.GetProperty("tempo");
        tempo.GetProperty("reachedBy").GetString().ShouldBe("route");
        tempo.GetProperty("tenant").GetString().ShouldBe(TenantId);
        tempo.GetProperty("reached").EnumerateArray()
            .Select(reached => $"{reached.GetProperty("endpoint")} {reached.GetProperty("by")} {reached.GetProperty("tls")} {(reached.GetProperty("gateway").GetBoolean() ? "gateway" : "direct")}").Order(StringComparer.Ordinal)
            .ShouldBe(["ingester port-forward none direct", "jaeger route server gateway", "otlp-grpc port-forward server gateway", "query-frontend route server gateway"]);
        tempo.GetProperty("reached").EnumerateArray().Single(reached => reached.GetProperty("endpoint").GetString() == "jaeger")
            .GetProperty("target").GetString()!.ShouldStartWith("tempo-simplest-gateway-tempocos-rshift.apps.tempocos.local at 127.0.0.1:");
        run.Finished.Leftovers.ShouldBeEmpty();

        // The same with a token whose time is over.
        var refused = await FinishedRun.RunAsync(apphost, Request("rexpired", "expired"));
        refused.Finished.ExitCode.ShouldBe(3, refused.Finished.Summary);
        refused.Receipt.GetProperty("error").GetProperty("code").GetString().ShouldBe("TC371", refused.Finished.Summary);
        refused.Finished.Leftovers.ShouldBeEmpty();
        (await SandboxInventory.OfAsync(Cloud, Kubeconfig)).ShouldBeEmpty();

        var written = new Writings();
        written.AddFiles(apphost.Home, "end", []);
        written.AddFiles(Path.Combine(_directory, "cluster"), "cluster", ["objects.ndjson"]);
        written.Add("receipts", run.Finished.ReceiptJson + refused.Finished.ReceiptJson);
        written.Add("steps", string.Join('\n', run.Steps.Concat(refused.Steps)));
        written.Holding(token).ShouldBeEmpty();
        written.Holding(expired).ShouldBeEmpty();
        written.Holding("tempocos-rshift").ShouldContain("receipts");
    }

    private static RunRequest Request(string run, string key) => new()
    {
        RunId = run,
        Stack = new StackOptions { Tenants = { $"dev={TenantId}" }, TenantMode = "openshift", Ingress = "route" },
        Reach = new ReachOptions { By = ReachBy.Route, TokenSecret = $"{Access}/tokens:{key}" },
    };

    /// <summary>As somebody starts it who trusts the router's certificates.</summary>
    private async Task<RunningAppHost> StartAppHostAsync()
    {
        var before = Environment.GetEnvironmentVariable(Trust);
        Environment.SetEnvironmentVariable(Trust, Path.Combine(_directory, "cluster", "ca.crt"));
        try
        {
            var apphost = await RunningAppHost.StartAsync([.. CloudAndClusters.Arguments(Cloud, Kubeconfig, "")]);
            await apphost.HealthyAsync("pipeline");
            return apphost;
        }
        finally
        {
            Environment.SetEnvironmentVariable(Trust, before);
        }
    }

    private async Task<(string Good, string Expired)> GrantAsync()
    {
        using var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(Kubeconfig));
        await client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new() { Name = Access } }, cancellationToken: Stop);
        await client.CoreV1.CreateNamespacedServiceAccountAsync(new V1ServiceAccount { Metadata = new() { Name = "tester" } }, Access, cancellationToken: Stop);
        await client.RbacAuthorizationV1.CreateClusterRoleAsync(
            new V1ClusterRole { Metadata = new() { Name = "traces-of-dev" }, Rules = [new V1PolicyRule { ApiGroups = ["tempo.grafana.com"], Resources = ["dev"], ResourceNames = ["traces"], Verbs = ["get", "create"] }] }, cancellationToken: Stop);
        await client.RbacAuthorizationV1.CreateClusterRoleBindingAsync(
            new V1ClusterRoleBinding
            {
                Metadata = new() { Name = "traces-of-dev" },
                RoleRef = new V1RoleRef { ApiGroup = "rbac.authorization.k8s.io", Kind = "ClusterRole", Name = "traces-of-dev" },
                Subjects = [new Rbacv1Subject { Kind = "ServiceAccount", Name = "tester", NamespaceProperty = Access }],
            },
            cancellationToken: Stop);
        var tokens = _cluster.Services.GetRequiredService<ServiceAccountTokens>();
        var (good, expired) = (tokens.Issue(Access, "tester", "", TimeSpan.FromHours(1)), tokens.Issue(Access, "tester", "", TimeSpan.FromMinutes(-5)));
        await client.CoreV1.CreateNamespacedSecretAsync(
            new V1Secret { Metadata = new() { Name = "tokens" }, StringData = new Dictionary<string, string> { ["good"] = good, ["expired"] = expired } }, Access, cancellationToken: Stop);
        return (good, expired);
    }
}
