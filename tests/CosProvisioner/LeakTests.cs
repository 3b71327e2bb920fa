using Grpc.Core;
using k8s;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.ResourceController;
using TempoCos.IbmCloud;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>What a run made whose ledger is lost is found by its marks and removed; what only looks like it is neither.</summary>
public sealed class LeakTests
{
    [Fact]
    public async Task A_run_whose_ledger_is_lost_is_found_and_removed_and_look_alikes_stay()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        await MakeLookAlikesAsync(sandbox, provisioner, "rlost");
        var before = await InventoryAsync(sandbox);
        await using var elsewhere = await ServiceHost.StartAsync(sandbox, home: "lost-home");
        await DeprovisionTests.FillAsync(sandbox, await elsewhere.ProvisionAsync(new ProvisionRequest { RunId = "rlost" }), objects: 3, uploads: 1);
        await using var host = await ServiceHost.StartAsync(sandbox);

        var leaks = (await ListAsync(host)).Leaks;
        leaks.Select(leak => (leak.Kind, leak.Name, leak.RunId)).ShouldBe(
        [
            ("resource-instance", "tempocos-rlost", "rlost"), ("resource-group", "tempocos-rlost", "rlost"), ("namespace", "tempocos-rlost", "rlost"),
        ]);
        leaks.ShouldAllBe(leak => leak.Created != null && leak.Id.Length > 0 && leak.Evidence.Length > 0);
        var removed = await RemoveAsync(host, leaks);

        removed.Leftovers.ShouldBeEmpty();
        removed.Removed.Count.ShouldBe(3);
        (await InventoryAsync(sandbox)).ShouldBe(before);
        (await ListAsync(host)).Leaks.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_ledger_here_names_is_no_leak()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);
        await host.ProvisionAsync(new ProvisionRequest { RunId = "rhere" });

        (await ListAsync(host)).Leaks.ShouldBeEmpty();

        // The control: to another home it is one.
        await using var elsewhere = await ServiceHost.StartAsync(sandbox, home: "another-home");
        (await ListAsync(elsewhere)).Leaks.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Look_alikes_are_not_removed_even_when_they_are_named_as_leaks()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        var theirs = await MakeLookAlikesAsync(sandbox, provisioner, "rfake");
        var before = await InventoryAsync(sandbox);
        await using var host = await ServiceHost.StartAsync(sandbox);

        var removed = await RemoveAsync(host,
        [
            .. theirs.Select(instance => new Leak { Kind = "resource-instance", Name = instance.Name, Id = instance.Guid, RunId = "rfake" }),
            .. theirs.Select(instance => new Leak { Kind = "resource-group", Name = "tempocos-rfake", Id = instance.ResourceGroupId, RunId = "rfake" }),
            new Leak { Kind = "namespace", Name = "tempocos-rfake", Id = "any", RunId = "rfake" },
        ]);

        removed.Removed.ShouldBeEmpty();
        removed.Leftovers.ShouldBeEmpty();
        (await InventoryAsync(sandbox)).ShouldBe(before);
    }

    [Fact]
    public async Task A_bucket_and_a_key_left_on_an_adopted_instance_are_leaks_and_what_is_beside_them_is_not()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        var instance = await Foreign.InstanceAsync(provisioner, (await Foreign.GroupAsync(provisioner, "shared")).Id, "shared");
        await Foreign.BucketAsync(provisioner, instance, "bucket-of-production", "precious");
        await Foreign.KeyAsync(provisioner, instance, "key-of-production");
        var before = await InventoryAsync(sandbox);
        await using var elsewhere = await ServiceHost.StartAsync(sandbox, home: "lost-home");
        var request = new ProvisionRequest { RunId = "rshare", ResourceGroup = "shared", ServiceInstance = "shared", Adopt = { "resource-group", "service-instance" } };
        await DeprovisionTests.FillAsync(sandbox, await elsewhere.ProvisionAsync(request), objects: 3, uploads: 1);
        await using var host = await ServiceHost.StartAsync(sandbox);

        var leaks = (await ListAsync(host)).Leaks;
        leaks.Select(leak => (leak.Kind, leak.Name)).ShouldBe([("bucket", "tempocos-rshare"), ("resource-key", "tempocos-rshare"), ("namespace", "tempocos-rshare")]);
        (await RemoveAsync(host, leaks)).ObjectsDeleted.ShouldBe(3);

        (await InventoryAsync(sandbox)).ShouldBe(before);
    }

    [Fact]
    public async Task A_deleted_instance_that_waits_for_its_reclamation_is_a_leak()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var provisioner = new Provisioner(sandbox);
        var before = await InventoryAsync(sandbox);
        await using var elsewhere = await ServiceHost.StartAsync(sandbox, home: "lost-home");
        await elsewhere.ProvisionAsync(new ProvisionRequest { RunId = "rpend" });
        var (instance, _) = await Foreign.FindKeyAsync(provisioner, "tempocos-rpend");
        await provisioner.Services.GetRequiredService<ResourceControllerClient>().DeleteInstanceAsync(instance.Guid, TestContext.Current.CancellationToken);
        await using var host = await ServiceHost.StartAsync(sandbox);

        var leaks = (await ListAsync(host)).Leaks;
        leaks.Select(leak => leak.Kind).ShouldBe(["reclamation", "resource-group", "namespace"]);
        (await RemoveAsync(host, leaks)).Leftovers.ShouldBeEmpty();

        (await InventoryAsync(sandbox)).ShouldBe(before);
    }

    [Fact]
    public async Task Tags_tell_before_the_search_index_does()
    {
        await using var sandbox = await Sandbox.StartAsync(new Knobs { SearchLagSeconds = 600 });
        await using var elsewhere = await ServiceHost.StartAsync(sandbox, home: "lost-home");
        await elsewhere.ProvisionAsync(new ProvisionRequest { RunId = "rlag" });
        await using var host = await ServiceHost.StartAsync(sandbox);

        (await ListAsync(host)).Leaks.Select(leak => leak.Kind).ShouldContain("resource-instance");
    }

    [Fact]
    public async Task What_cannot_be_looked_at_is_said()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var elsewhere = await ServiceHost.StartAsync(sandbox, home: "lost-home");
        await elsewhere.ProvisionAsync(new ProvisionRequest { RunId = "rblind" });
        await using var host = await ServiceHost.StartAsync(sandbox, settings: new Dictionary<string, string?> { ["IbmCloud:GlobalSearchUrl"] = "http://127.0.0.1:9" });

        var reply = await ListAsync(host);

        reply.Leaks.Select(leak => leak.Kind).ShouldBe(["namespace"]);
        reply.Unseen.ShouldHaveSingleItem().ShouldContain("TC103");
    }

    /// <summary>Things of others that have this or that of a run's mark, but not all of it.</summary>
    private static async Task<List<ServiceInstance>> MakeLookAlikesAsync(Sandbox sandbox, Provisioner provisioner, string runId)
    {
        var (name, mark) = ($"tempocos-{runId}", new[] { "tempocos", $"tempocos-run:{runId}" });
        var group = await Foreign.GroupAsync(provisioner, "production");
        await Foreign.GroupAsync(provisioner, $"tempocos-{runId}x");
        var longer = await Foreign.InstanceAsync(provisioner, group.Id, $"{name}x", tags: mark);
        var sameName = await Foreign.InstanceAsync(provisioner, group.Id, name);
        var otherRun = await Foreign.InstanceAsync(provisioner, group.Id, name, tags: ["tempocos", "tempocos-run:rother"]);
        var halfMark = await Foreign.InstanceAsync(provisioner, group.Id, name, tags: ["tempocos"]);
        var twoRuns = await Foreign.InstanceAsync(provisioner, group.Id, name, tags: [.. mark, "tempocos-run:rother"]);
        var otherName = await Foreign.InstanceAsync(provisioner, group.Id, $"my-{name}", tags: mark);
        await Foreign.KeyAsync(provisioner, sameName, name);
        await Foreign.BucketAsync(provisioner, sameName, $"{name}-data", "precious");
        await sandbox.Kubernetes.CoreV1.CreateNamespaceAsync(
            new V1Namespace { Metadata = new V1ObjectMeta { Name = $"{name}x", Labels = new Dictionary<string, string> { ["tempocos.dev/run"] = runId } } },
            cancellationToken: TestContext.Current.CancellationToken);
        return [longer, sameName, otherRun, halfMark, twoRuns, otherName];
    }

    private static async Task<string> InventoryAsync(Sandbox sandbox) => $"{await sandbox.InventoryAsync()}\n{string.Join(' ', await sandbox.NamespacesAsync())}";

    private static async Task<ListLeaksReply> ListAsync(ServiceHost host) =>
        await host.Client.ListLeaksAsync(new ListLeaksRequest(), cancellationToken: TestContext.Current.CancellationToken);

    private static async Task<Deprovisioned> RemoveAsync(ServiceHost host, IEnumerable<Leak> leaks)
    {
        Deprovisioned? removed = null;
        using var call = host.Client.RemoveLeaks(new RemoveLeaksRequest { Leaks = { leaks } }, cancellationToken: TestContext.Current.CancellationToken);
        await foreach (var reply in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            removed ??= reply.Deprovisioned;
        }

        return removed.ShouldNotBeNull();
    }
}
