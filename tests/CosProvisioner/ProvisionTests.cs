using System.Net;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using k8s;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.ResourceController;
using TempoCos.IbmCloud;

namespace TempoCos.CosProvisioner.Tests;

public sealed class ProvisionTests
{
    private static readonly ProvisionRequest Request = new() { RunId = "r3k9x0a2bq" };

    [Fact]
    public async Task A_run_gets_everything_that_Tempo_needs()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);

        var provisioned = await host.ProvisionAsync(Request);

        provisioned.Bucket.ShouldBe("tempocos-r3k9x0a2bq");
        provisioned.LocationConstraint.ShouldBe("us-east-standard");
        provisioned.Namespace.ShouldBe("tempocos-r3k9x0a2bq");
        provisioned.ServiceInstanceCrn.ShouldStartWith("crn:v1:");
        provisioned.Adopted.ShouldBeEmpty();
        var secret = await sandbox.Kubernetes.CoreV1.ReadNamespacedSecretAsync("ibm-cos-secret", provisioned.Namespace, cancellationToken: TestContext.Current.CancellationToken);
        secret.Data.Keys.Order().ShouldBe(["access_key_id", "access_key_secret", "bucket", "endpoint"]);
        Encoding.UTF8.GetString(secret.Data["bucket"]).ShouldBe(provisioned.Bucket);
        Encoding.UTF8.GetString(secret.Data["endpoint"]).ShouldBe(provisioned.Endpoint);
        provisioned.Endpoint.ShouldStartWith("http");
        secret.Metadata.Labels["tempocos.dev/run"].ShouldBe("r3k9x0a2bq");
        secret.Metadata.Labels["app.kubernetes.io/managed-by"].ShouldBe("tempocos");
        host.Events.Where(@event => @event.State == StepState.Succeeded).Select(@event => @event.Step)
            .ShouldBe(["token", "endpoint", "namespace", "resource-group", "service-instance", "bucket", "lifecycle", "resource-key", "hmac-key", "secret"]);
    }

    [Fact]
    public async Task The_key_in_the_Secret_opens_the_bucket_which_holds_no_canary_any_more()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);
        var provisioned = await host.ProvisionAsync(Request);

        using var store = await S3.OpenAsync(sandbox, provisioned);
        (await store.ListObjectsV2Async(new() { BucketName = provisioned.Bucket }, TestContext.Current.CancellationToken)).KeyCount.ShouldBe(0);

        // The control: another key does not.
        using var stranger = S3.Client(provisioned.Endpoint, "nobody", "nothing");
        await Should.ThrowAsync<Amazon.S3.AmazonS3Exception>(() => stranger.ListObjectsV2Async(new() { BucketName = provisioned.Bucket }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_second_run_with_the_same_id_adopts_what_the_first_made()
    {
        await using var sandbox = await Sandbox.StartAsync();
        Provisioned first;
        string inventory;
        await using (var host = await ServiceHost.StartAsync(sandbox))
        {
            first = await host.ProvisionAsync(Request);
            inventory = await sandbox.InventoryAsync();
        }

        await using var later = await ServiceHost.StartAsync(sandbox);
        var second = await later.ProvisionAsync(Request);

        second.Adopted.ShouldBe(["namespace", "resource-group", "resource-instance", "bucket", "resource-key", "secret"]);
        second.Adopted.Clear();
        (first.Usage, second.Usage) = (null, null);
        second.ShouldBe(first);
        (await sandbox.InventoryAsync()).ShouldBe(inventory);
    }

    [Fact]
    public async Task Names_carry_the_mark_when_the_ledger_is_lost()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using (var host = await ServiceHost.StartAsync(sandbox))
        {
            await host.ProvisionAsync(Request);
        }

        await using var elsewhere = await ServiceHost.StartAsync(sandbox, home: "another-home");
        (await elsewhere.ProvisionAsync(Request)).Adopted.Count.ShouldBe(6);
        (await elsewhere.DeprovisionAsync(Request.RunId)).Leftovers.ShouldBeEmpty();
        (await sandbox.NamespacesAsync()).ShouldNotContain("tempocos-r3k9x0a2bq");
    }

    [Fact]
    public async Task The_API_key_may_be_kept_in_the_cluster()
    {
        await using var sandbox = await Sandbox.StartAsync(secrets: $"kube-system/qe-ibmcloud-creds:apiKey={Sandbox.ApiKey}");
        await using var host = await ServiceHost.StartAsync(sandbox, settings: new Dictionary<string, string?> { ["IbmCloud:ApiKey"] = "" });

        (await host.ProvisionAsync(Request)).AccountId.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task The_key_is_handed_on_only_when_the_object_store_knows_it()
    {
        await using var sandbox = await Sandbox.StartAsync(new Knobs { HmacPropagationSeconds = 2.5 });
        await using var host = await ServiceHost.StartAsync(sandbox);

        var provisioned = await host.ProvisionAsync(Request);

        using var store = await S3.OpenAsync(sandbox, provisioned);
        await store.ListObjectsV2Async(new() { BucketName = provisioned.Bucket }, TestContext.Current.CancellationToken);
        host.Events.ShouldContain(@event => @event.Step == "hmac-key" && @event.State == StepState.Running && @event.Message.StartsWith("Waiting for the new HMAC key"));
    }

    [Fact]
    public async Task A_lost_answer_makes_no_second_instance()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var lost = new HashSet<string>();
        var wire = new Wire { Loses = request => (request.StartsWith("POST", StringComparison.Ordinal) || request.StartsWith("PUT", StringComparison.Ordinal)) && lost.Add(request) };
        await using var host = await ServiceHost.StartAsync(sandbox, wire);

        var provisioned = await host.ProvisionAsync(Request);

        lost.ShouldContain(request => request.EndsWith("/v2/resource_instances"));
        wire.Requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal) && request.EndsWith("/v2/resource_instances", StringComparison.Ordinal)).ShouldBe(1);
        wire.Requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal) && request.EndsWith("/v2/resource_keys", StringComparison.Ordinal)).ShouldBe(1);
        provisioned.Adopted.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_that_does_not_show_its_HMAC_secret_is_made_anew()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        await using var host = await ServiceHost.StartAsync(sandbox);
        await host.ProvisionAsync(Request);
        var controller = provisioner.Services.GetRequiredService<ResourceControllerClient>();
        var (instance, key) = await Foreign.FindKeyAsync(provisioner, "tempocos-r3k9x0a2bq");
        await controller.DeleteKeyAsync(key.Guid, TestContext.Current.CancellationToken);
        await Foreign.KeyAsync(provisioner, instance, "tempocos-r3k9x0a2bq", hmac: false);

        var provisioned = await host.ProvisionAsync(Request);

        provisioned.Adopted.ShouldNotContain("resource-key");
        using var store = await S3.OpenAsync(sandbox, provisioned);
        await store.ListObjectsV2Async(new() { BucketName = provisioned.Bucket }, TestContext.Current.CancellationToken);
        (await host.DeprovisionAsync(Request.RunId)).Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_token_is_fetched_once_however_many_need_it_and_again_when_it_expires()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var wire = new Wire();
        await using var provisioner = new Provisioner(sandbox, wire);
        var tokens = provisioner.Services.GetRequiredService<Iam.IamTokenSource>();

        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => tokens.GetAsync(TestContext.Current.CancellationToken)));
        all.Distinct().Count().ShouldBe(1);
        wire.Requests.Count.ShouldBe(1);

        tokens.Discard(all[0]);
        await tokens.GetAsync(TestContext.Current.CancellationToken);
        wire.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_token_that_is_refused_is_replaced_once()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var refused = 0;
        var wire = new Wire
        {
            Answers = request => request.Contains("/v2/resource_groups", StringComparison.Ordinal) && Interlocked.Increment(ref refused) == 1
                ? new HttpResponseMessage(HttpStatusCode.Unauthorized)
                : null,
        };
        await using var host = await ServiceHost.StartAsync(sandbox, wire);

        await host.ProvisionAsync(Request);

        wire.Requests.Count(request => request.EndsWith("/identity/token", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task A_token_that_is_always_refused_is_one_diagnostic()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var wire = new Wire { Answers = request => request.Contains("/v2/resource_groups", StringComparison.Ordinal) ? new HttpResponseMessage(HttpStatusCode.Unauthorized) : null };
        await using var host = await ServiceHost.StartAsync(sandbox, wire);

        (await host.DiagnoseAsync(Request)).Code.ShouldBe("TC105");
    }

    [Fact]
    public async Task Short_lived_tokens_are_renewed_on_the_way()
    {
        await using var sandbox = await Sandbox.StartAsync(new Knobs { TokenLifetimeSeconds = 2, ReclamationDelaySeconds = 3 });
        var wire = new Wire();
        await using var host = await ServiceHost.StartAsync(sandbox, wire);

        await host.ProvisionAsync(Request);
        (await host.DeprovisionAsync(Request.RunId)).Leftovers.ShouldBeEmpty();

        wire.Bearers.Distinct().Count().ShouldBeGreaterThan(1);
    }

    [Theory]
    [InlineData("resource-group")]
    [InlineData("bucket")]
    [InlineData("hmac-key")]
    public async Task A_call_that_is_cancelled_ends_and_can_be_cleaned_up_at_once(string step)
    {
        await using var sandbox = await Sandbox.StartAsync();
        var inventory = await sandbox.InventoryAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var call = host.Client.Provision(Request, cancellationToken: cancel.Token);
        var failure = await Should.ThrowAsync<RpcException>(async () =>
        {
            await foreach (var reply in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
            {
                if (reply.Event?.Step == step)
                {
                    await cancel.CancelAsync();
                }
            }
        });

        (await host.DeprovisionAsync(Request.RunId)).Leftovers.ShouldBeEmpty();

        failure.StatusCode.ShouldBe(StatusCode.Cancelled);
        (await sandbox.InventoryAsync()).ShouldBe(inventory);
        host.Log.Text.ShouldNotContain("failed unexpectedly");
    }

    [Fact]
    public async Task Nothing_that_is_said_holds_a_secret()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var wire = new Wire();
        using var spans = new CollectedSpans();
        await using var host = await ServiceHost.StartAsync(sandbox, wire);
        var provisioned = await host.ProvisionAsync(Request);
        var secret = await sandbox.Kubernetes.CoreV1.ReadNamespacedSecretAsync("ibm-cos-secret", provisioned.Namespace, cancellationToken: TestContext.Current.CancellationToken);
        await host.ProvisionAsync(Request);
        var ledger = string.Join('\n', Directory.EnumerateFiles(sandbox.Directory.Sub("home"), "*", SearchOption.AllDirectories).Select(File.ReadAllText));
        await host.DeprovisionAsync(Request.RunId);

        var said = string.Join('\n', host.Events.Select(@event => JsonSerializer.Serialize(@event))) + provisioned + host.Log.Text + spans.Text + ledger;
        said.ShouldContain(provisioned.Bucket);
        foreach (var hidden in (string[])[Sandbox.ApiKey, Encoding.UTF8.GetString(secret.Data["access_key_secret"]), Encoding.UTF8.GetString(secret.Data["access_key_id"]), .. wire.Bearers.Distinct()])
        {
            hidden.Length.ShouldBeGreaterThan(20);
            said.Contains(hidden, StringComparison.Ordinal).ShouldBeFalse(hidden[..4]);
        }
    }
}
