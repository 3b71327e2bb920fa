using System.Text;
using k8s;
using k8s.Models;
using TempoCos.Cluster.Api.Faults;
using TempoCos.TempoStackDeployer.Clusters.Rights;
using TempoCos.TempoStackDeployer.Reach;
using TempoCos.TempoStackDeployer.Tests.Clusters;

namespace TempoCos.TempoStackDeployer.Tests.BadInput;

/// <summary>Mistakes that are seen before a pod runs: one cause each, told once, and nothing is left of the run.</summary>
[Collection(SandboxCluster.Some)]
public sealed class RefusedInputTests(BadInputCluster shared) : IClassFixture<BadInputCluster>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private SandboxCluster Cluster => shared.Cluster;

    [Theory]
    [InlineData("access_key_secret", "secret_access_key", "some-key", "TC221", "has no value for the key access_key_secret; its keys are access_key_id, bucket, endpoint, secret_access_key")]
    [InlineData("endpoint", "url", "https://s3.example.org", "TC221", "has no value for the key endpoint")]
    [InlineData("endpoint", "endpoint", "s3.example.org", "TC222", "has no scheme")]
    public async Task A_Secret_with_wrong_keys_or_an_endpoint_without_scheme_is_told_before_the_stack_is_applied(string taken, string put, string value, string code, string reason)
    {
        var run = await shared.ProvisionedAsync();
        var secret = await Cluster.Client.CoreV1.ReadNamespacedSecretAsync("ibm-cos-secret", Samples.Namespace(run), cancellationToken: Stop);
        secret.Data.Remove(taken);
        secret.Data[put] = Encoding.UTF8.GetBytes(value);
        await Cluster.Client.CoreV1.ReplaceNamespacedSecretAsync(secret, "ibm-cos-secret", Samples.Namespace(run), cancellationToken: Stop);
        var applied = Cluster.Faults.Add(new FaultRule { Verb = "patch", Count = 0 });
        await using var deployer = await Cluster.DeployerAsync();

        var refusal = await BadInputCluster.RefusalAsync(deployer, Samples.Request(run: run));

        refusal.Code.ShouldBe(code);
        refusal.Value.ShouldBe(code == "TC221" ? $"{Samples.Namespace(run)}/ibm-cos-secret" : value);
        refusal.Reason.ShouldContain(reason);
        applied.Seen.ShouldBe(0);
        await shared.CleanAsync(deployer, run);
    }

    [Theory]
    [InlineData("https://127.0.0.1:1", "spec.storage.tls.enabled=false", "Tempo would speak plain http")]
    [InlineData("http://127.0.0.1:1", "spec.storage.tls.enabled=true", "Tempo would speak TLS")]
    public async Task An_endpoint_whose_scheme_the_manifest_contradicts_is_told_before_the_stack_is_applied_and_where_it_is_known_before_the_bucket_is_made(string endpoint, string set, string reason)
    {
        var run = await shared.ProvisionedAsync(endpoint);
        var applied = Cluster.Faults.Add(new FaultRule { Verb = "patch", Count = 0 });
        await using var deployer = await Cluster.DeployerAsync();
        var request = Samples.Request(run: run);
        request.Set.Add(set);

        var refusal = await BadInputCluster.RefusalAsync(deployer, request);
        var unknown = await deployer.CheckAsync(request);
        request.StoreEndpoint = endpoint;
        var known = await RunningDeployer.RefusalAsync(() => deployer.CheckAsync(request));

        (refusal.Code, refusal.Value).ShouldBe(("TC222", endpoint));
        refusal.Reason.ShouldContain(reason);
        known.Message.ShouldBe(refusal.Message);
        unknown.Name.ShouldBe("simplest");
        applied.Seen.ShouldBe(0);
        await shared.CleanAsync(deployer, run);
    }

    [Theory]
    [InlineData("")]
    [InlineData("https://s3.example.org")]
    public async Task A_change_to_come_that_changes_nothing_is_told_whether_or_not_the_store_is_known(string endpoint)
    {
        await using var deployer = await Cluster.DeployerAsync();
        var request = Samples.Request(run: BadInputCluster.NextRun());
        request.StoreEndpoint = endpoint;
        request.Change.Add("spec.storageSize=200M");

        var refusal = await RunningDeployer.RefusalAsync(() => deployer.CheckAsync(request));

        (refusal.Code, refusal.Value).ShouldBe(("TC345", "spec.storageSize"));
    }

    [Theory]
    [InlineData("storageSize: 200M", "storageSize: 200M\n  replicas: 3", "replicas")]
    [InlineData("storageSize: 200M", "storageSize: 200M\n  replicationFactor: many", "replicationFactor")]
    [InlineData("storageSize: 200M", "storageSize: 200M\n  managementState: Sometimes", "managementState")]
    [InlineData("storageSize: 200M", "storageSize: much", "quantities must match the regular expression")] // The operator's webhook names no field.
    public async Task A_field_of_the_stack_that_the_API_server_refuses_is_named_and_not_tried_again(string given, string wrong, string field)
    {
        var run = await shared.ProvisionedAsync();
        var applied = Cluster.Faults.Add(new FaultRule { Verb = "patch", Resource = "tempostacks*", Count = 0 });
        await using var deployer = await Cluster.DeployerAsync();

        var refusal = await BadInputCluster.RefusalAsync(deployer, Samples.Request(Samples.Manifest.Replace(given, wrong, StringComparison.Ordinal), run));

        refusal.Code.ShouldBe("TC325", refusal.Message);
        refusal.Value.ShouldBe($"{Samples.Namespace(run)}/simplest");
        refusal.Reason.ShouldContain(field);
        refusal.Fix.ShouldContain("kubectl explain tempostack.spec");
        applied.Seen.ShouldBe(1);
        deployer.Outstanding().Select(entry => entry.Name).ShouldNotContain($"{Samples.Namespace(run)}/simplest", "the server said no, so nothing is there");
        await shared.CleanAsync(deployer, run);
    }

    [Fact]
    public async Task A_quota_that_allows_no_stack_is_no_missing_right()
    {
        var run = await shared.ProvisionedAsync();
        await shared.QuotaAsync(run, "count/tempostacks.tempo.grafana.com", "0");
        await using var deployer = await Cluster.DeployerAsync();

        var refusal = await BadInputCluster.RefusalAsync(deployer, Samples.Request(run: run));

        refusal.Code.ShouldBe("TC318");
        refusal.Value.ShouldBe("resourcequota tight");
        refusal.Reason.ShouldContain("used: count/tempostacks.tempo.grafana.com=0, limited: count/tempostacks.tempo.grafana.com=0");
        await shared.CleanAsync(deployer, run);
    }

    [Fact]
    public async Task A_namespace_that_begins_to_go_just_before_the_stack_is_applied_is_no_missing_right()
    {
        var run = await shared.ProvisionedAsync();
        await shared.HoldAsync(run);
        await using var deployer = await Cluster.DeployerAsync(() => new Around(Around.IsStack, before: () => shared.DeleteNamespaceAsync(run)));

        var refusal = await BadInputCluster.RefusalAsync(deployer, Samples.Request(run: run));

        refusal.Code.ShouldBe("TC305");
        refusal.Value.ShouldBe(Samples.Namespace(run));
        refusal.Reason.ShouldContain("because it is being terminated");
        await shared.ReleaseAsync(run);
        await shared.CleanAsync(deployer, run);
    }

    [Fact]
    public async Task A_namespace_that_begins_to_go_while_the_pods_are_waited_for_ends_the_wait_with_what_holds_it()
    {
        var run = await shared.ProvisionedAsync();
        await shared.HoldAsync(run);
        await using var deployer = await Cluster.DeployerAsync(() => new Around(Around.IsStack, after: () => shared.DeleteNamespaceAsync(run)));

        var refusal = await BadInputCluster.RefusalAsync(deployer, Samples.Request(run: run));

        refusal.Code.ShouldBe("TC305");
        refusal.Value.ShouldBe(Samples.Namespace(run));
        await shared.ReleaseAsync(run);
        await shared.CleanAsync(deployer, run);
    }

    [Fact]
    public async Task A_stack_that_somebody_deletes_while_it_is_waited_for_ends_the_wait()
    {
        var run = await shared.ProvisionedAsync();
        await using var deployer = await Cluster.DeployerAsync(() => new Around(Around.IsStack, after: () => Cluster.Client.CustomObjects.DeleteNamespacedCustomObjectAsync(
            "tempo.grafana.com", "v1alpha1", Samples.Namespace(run), "tempostacks", "simplest", cancellationToken: Stop)));

        var refusal = await BadInputCluster.RefusalAsync(deployer, Samples.Request(run: run));

        refusal.Code.ShouldBe("TC333");
        refusal.Value.ShouldBe($"{Samples.Namespace(run)}/simplest");
        refusal.Reason.ShouldContain("was deleted while it was waited for");
        await shared.CleanAsync(deployer, run);
    }

    [Fact]
    public async Task A_token_that_is_refused_in_the_middle_leaves_all_in_the_ledger_for_one_that_is_not()
    {
        var run = BadInputCluster.NextRun();
        using var robot = await Robot.MakeAsync(Cluster, run, Samples.Namespace(run), RequiredRights.For(Samples.Read(), ReachedBy.PortForward, provisions: true, []));
        await using (var deployer = await RunningDeployer.StartAsync(Cluster.Home, robot.Kubeconfig, () => new Around(
            Around.IsNamespace, after: () => Cluster.Client.CoreV1.DeleteNamespacedServiceAccountAsync(run, "default", cancellationToken: Stop))))
        {
            var refusal = await BadInputCluster.RefusalAsync(deployer, Samples.Request(run: run));
            refusal.Code.ShouldBe("TC307");
            refusal.Value.ShouldStartWith("https://127.0.0.1:");
            refusal.Message.ShouldNotContain(robot.Token);

            var leftover = (await deployer.UndeployAsync(run)).Leftovers.ShouldHaveSingleItem();
            (leftover.Kind, leftover.Id).ShouldBe(("namespace", Samples.Namespace(run)));
            leftover.Reason.ShouldContain("TC307");
            leftover.Remedy.ShouldContain($"tempocos destroy {run}");
        }

        await using var again = await Cluster.DeployerAsync();
        await shared.CleanAsync(again, run);
    }

    [Fact]
    public async Task A_wrong_context_removes_nothing_and_forgets_nothing()
    {
        var run = BadInputCluster.NextRun();
        await using (var deployer = await Cluster.DeployerAsync())
        {
            (await BadInputCluster.RefusalAsync(deployer, Samples.Request(run: run))).Code.ShouldBe("TC221", "the namespace is made, the Secret is missing");
        }

        await using (var elsewhere = await Cluster.DeployerAsync(null, ("Kubernetes:Context", "elsewhere")))
        {
            var refusal = await BadInputCluster.RefusalAsync(elsewhere, Samples.Request(run: run));
            refusal.Code.ShouldBe("TC306");
            refusal.Value.ShouldContain("elsewhere");
            refusal.Fix.ShouldContain("kubectl config get-contexts");
            (await elsewhere.UndeployAsync(run)).Leftovers.ShouldHaveSingleItem().Reason.ShouldContain("TC306");
        }

        await using var again = await Cluster.DeployerAsync();
        again.Outstanding().Select(entry => entry.Name).ShouldContain(Samples.Namespace(run));
        await shared.CleanAsync(again, run);
    }
}
