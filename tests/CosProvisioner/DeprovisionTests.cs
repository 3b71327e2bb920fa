using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Amazon.S3.Model;
using k8s;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.IbmCloud;

namespace TempoCos.CosProvisioner.Tests;

public sealed class DeprovisionTests
{
    private const string RunId = "r3k9x0a2bq";
    private static readonly ProvisionRequest Request = new() { RunId = RunId };

    [Fact]
    public async Task All_of_the_run_goes_and_look_alikes_of_others_stay()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var namespaces = await sandbox.NamespacesAsync();
        await using var provisioner = new Provisioner(sandbox);
        var group = await Foreign.GroupAsync(provisioner, $"tempocos-{RunId}-x");
        var instance = await Foreign.InstanceAsync(provisioner, group.Id, $"tempocos-{RunId}");
        await Foreign.KeyAsync(provisioner, instance, $"tempocos-{RunId}");
        await using var host = await ServiceHost.StartAsync(sandbox);
        await host.ProvisionAsync(new ProvisionRequest { RunId = RunId + "2" });
        var inventory = await sandbox.InventoryAsync();

        var provisioned = await host.ProvisionAsync(Request);
        await FillAsync(sandbox, provisioned, objects: 25, uploads: 2);
        (await sandbox.InventoryAsync()).ShouldNotBe(inventory);
        var deprovisioned = await host.DeprovisionAsync(RunId);

        deprovisioned.Leftovers.ShouldBeEmpty();
        deprovisioned.ObjectsDeleted.ShouldBe(25);
        deprovisioned.Removed.Count.ShouldBe(6);
        (await sandbox.InventoryAsync()).ShouldBe(inventory);
        (await sandbox.NamespacesAsync()).ShouldBe(namespaces.Append($"tempocos-{RunId}2").Order(StringComparer.Ordinal));
        var ledgers = await host.Client.ListLedgersAsync(new ListLedgersRequest(), cancellationToken: TestContext.Current.CancellationToken);
        ledgers.Ledgers.Select(ledger => ledger.RunId).ShouldBe([RunId + "2"]);
        ledgers.Ledgers[0].Entries.Count.ShouldBe(6);
    }

    [Fact]
    public async Task It_may_be_repeated_and_asked_of_runs_that_made_nothing()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);
        await host.ProvisionAsync(Request);

        (await host.DeprovisionAsync(RunId)).Removed.Count.ShouldBe(6);
        (await host.DeprovisionAsync(RunId)).Removed.ShouldBeEmpty();
        (await host.DeprovisionAsync("rnever")).Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Objects_go_in_pages()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var inventory = await sandbox.InventoryAsync();
        var wire = new Wire();
        await using var host = await ServiceHost.StartAsync(sandbox, wire);
        var provisioned = await host.ProvisionAsync(Request);
        await FillAsync(sandbox, provisioned, objects: 1205, uploads: 0);

        (await host.DeprovisionAsync(RunId)).ObjectsDeleted.ShouldBe(1205);

        wire.Requests.Count(request => request == $"POST /{provisioned.Bucket}" || request == $"POST /{provisioned.Bucket}/").ShouldBe(2);
        (await sandbox.InventoryAsync()).ShouldBe(inventory);
    }

    [Fact]
    public async Task Busy_answers_are_waited_out()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var inventory = await sandbox.InventoryAsync();
        var busy = new HashSet<string>();
        var lost = new HashSet<string>();
        var wire = new Wire
        {
            Answers = request => busy.Add(request) ? Busy() : null,
            Loses = request => request.Contains("?delete", StringComparison.Ordinal) && lost.Add(request),
        };
        await using var host = await ServiceHost.StartAsync(sandbox, wire);
        var provisioned = await host.ProvisionAsync(Request);
        await FillAsync(sandbox, provisioned, objects: 5, uploads: 1);

        (await host.DeprovisionAsync(RunId)).ObjectsDeleted.ShouldBe(5);

        (await sandbox.InventoryAsync()).ShouldBe(inventory);
        host.Events.ShouldAllBe(@event => @event.State != StepState.Failed);
        busy.Count.ShouldBeGreaterThan(20);
        lost.Count.ShouldBe(1);

        static HttpResponseMessage Busy() => new(HttpStatusCode.TooManyRequests) { Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromMilliseconds(1)) } };
    }

    [Fact]
    public async Task What_cannot_be_emptied_goes_with_its_instance()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var inventory = await sandbox.InventoryAsync();
        var wire = new Wire { Answers = request => request.Contains("?delete", StringComparison.Ordinal) ? Denied() : null };
        await using var host = await ServiceHost.StartAsync(sandbox, wire);
        var provisioned = await host.ProvisionAsync(Request);
        await FillAsync(sandbox, provisioned, objects: 5, uploads: 0);

        var deprovisioned = await host.DeprovisionAsync(RunId);

        deprovisioned.Leftovers.ShouldBeEmpty();
        deprovisioned.ObjectsDeleted.ShouldBe(0);
        deprovisioned.Removed.ShouldContain($"bucket {provisioned.Bucket}");
        host.Events.ShouldContain(@event => @event.Step == "remove-bucket" && @event.State == StepState.Failed && @event.Message.StartsWith("TC215"));
        (await sandbox.InventoryAsync()).ShouldBe(inventory);

        static HttpResponseMessage Denied() => new(HttpStatusCode.Forbidden)
        {
            Content = new StringContent("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>", Encoding.UTF8, "application/xml"),
        };
    }

    [Fact]
    public async Task Slow_reclamations_are_waited_for()
    {
        await using var sandbox = await Sandbox.StartAsync(new Knobs { ReclamationDelaySeconds = 1.5, ReclaimSeconds = 1 });
        var inventory = await sandbox.InventoryAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);
        await host.ProvisionAsync(Request);

        (await host.DeprovisionAsync(RunId)).Leftovers.ShouldBeEmpty();

        (await sandbox.InventoryAsync()).ShouldBe(inventory);
        host.Events.ShouldContain(@event => @event.Step == "remove-resource-instance" && @event.Message.Contains("to be reclaimed"));
    }

    [Fact]
    public async Task What_cannot_be_removed_is_reported_with_its_remedy_and_the_rest_goes()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        await using var host = await ServiceHost.StartAsync(sandbox);
        var inventory = await sandbox.InventoryAsync();
        var provisioned = await host.ProvisionAsync(Request);
        var guest = await Foreign.InstanceAsync(provisioner, provisioned.ResourceGroupId, "guest");

        var deprovisioned = await host.DeprovisionAsync(RunId);

        var leftover = deprovisioned.Leftovers.ShouldHaveSingleItem();
        leftover.Kind.ShouldBe("resource-group");
        leftover.Reason.ShouldContain("guest");
        leftover.Remedy.ShouldNotBeEmpty();
        deprovisioned.Removed.Count.ShouldBe(5);
        (await sandbox.InventoryAsync()).ShouldContain(guest.Guid);
        inventory.ShouldNotContain(guest.Guid);
    }

    [Fact]
    public async Task Without_the_cloud_the_cluster_is_cleaned_and_the_rest_stays_in_the_ledger()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using (var host = await ServiceHost.StartAsync(sandbox))
        {
            await host.ProvisionAsync(Request);
        }

        await using var locked = await ServiceHost.StartAsync(sandbox, settings: new Dictionary<string, string?> { ["IbmCloud:ApiKey"] = "a-wrong-key-that-nobody-knows-of" });
        var deprovisioned = await locked.DeprovisionAsync(RunId);

        deprovisioned.Removed.ShouldBe([$"secret tempocos-{RunId}/ibm-cos-secret", $"namespace tempocos-{RunId}"]);
        deprovisioned.Leftovers.Select(leftover => leftover.Kind).ShouldBe(["bucket", "resource-key", "resource-instance", "resource-group"]);
        deprovisioned.Leftovers.ShouldAllBe(leftover => leftover.Reason.StartsWith("TC102"));

        await using var unlocked = await ServiceHost.StartAsync(sandbox);
        (await unlocked.DeprovisionAsync(RunId)).Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_namespace_and_a_Secret_of_somebody_else_stay()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await sandbox.Kubernetes.CoreV1.CreateNamespaceAsync(
            new V1Namespace { Metadata = new V1ObjectMeta { Name = "theirs" } }, cancellationToken: TestContext.Current.CancellationToken);
        await using var host = await ServiceHost.StartAsync(sandbox);
        await host.ProvisionAsync(new ProvisionRequest { RunId = RunId, Namespace = "theirs" });

        (await host.DeprovisionAsync(RunId)).Removed.ShouldNotContain("namespace theirs");

        (await sandbox.NamespacesAsync()).ShouldContain("theirs");
        var secrets = await sandbox.Kubernetes.CoreV1.ListNamespacedSecretAsync("theirs", cancellationToken: TestContext.Current.CancellationToken);
        secrets.Items.ShouldNotContain(secret => secret.Metadata.Name == "ibm-cos-secret");
    }

    internal static async Task FillAsync(Sandbox sandbox, Provisioned provisioned, int objects, int uploads)
    {
        using var store = await S3.OpenAsync(sandbox, provisioned);
        await Parallel.ForAsync(0, objects, TestContext.Current.CancellationToken, async (index, cancellationToken) =>
            await store.PutObjectAsync(new PutObjectRequest { BucketName = provisioned.Bucket, Key = $"single-tenant/{index:0000}/data.parquet", ContentBody = $"block {index}" }, cancellationToken));
        for (var index = 0; index < uploads; index++)
        {
            await store.InitiateMultipartUploadAsync(provisioned.Bucket, $"unfinished/{index}", TestContext.Current.CancellationToken);
        }
    }
}
