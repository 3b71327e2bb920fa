using k8s;
using k8s.Models;

namespace TempoCos.Cluster.Tests.Controllers;

public sealed class CollectionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task In_the_foreground_only_what_blocks_is_waited_for_and_what_has_another_owner_stays()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var owner = await CreateAsync(cluster, "owner");
        var other = await CreateAsync(cluster, "other");
        await CreateAsync(cluster, "held", change: map => map.Metadata.Finalizers = ["test/hold"], owners: [Reference(owner, blocks: true)]);
        await CreateAsync(cluster, "shared", owners: [Reference(owner, blocks: true), Reference(other, blocks: true)]);
        await CreateAsync(cluster, "loose", change: map => map.Metadata.Finalizers = ["test/hold"], owners: [Reference(owner, blocks: false)]);

        await cluster.Client.CoreV1.DeleteNamespacedConfigMapAsync("owner", "default", propagationPolicy: "Foreground", cancellationToken: Cancellation);
        await Eventually.TrueAsync("the shared one to be let go", async () => (await ReadAsync(cluster, "shared")).OwnerReferences() is [{ Name: "other" }]);
        (await ReadAsync(cluster, "held")).DeletionTimestamp().ShouldNotBeNull();
        (await ReadAsync(cluster, "owner")).DeletionTimestamp().ShouldNotBeNull();
        (await ReadAsync(cluster, "loose")).DeletionTimestamp().ShouldBeNull();

        await ReleaseAsync(cluster, "held");
        await Eventually.TrueAsync("owner and held to go", async () => (await NamesAsync(cluster)).SequenceEqual(["loose", "other", "shared"]));
        await Eventually.TrueAsync("the loose one to be collected", async () => (await ReadAsync(cluster, "loose")).DeletionTimestamp() is not null);
    }

    [Fact]
    public async Task A_namespace_that_cannot_go_says_what_it_waits_for()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var ns = await cluster.NamespaceAsync();
        await CreateAsync(cluster, "held", ns, map => map.Metadata.Finalizers = ["test/hold"]);
        await cluster.Client.CoreV1.DeleteNamespaceAsync(ns, cancellationToken: Cancellation);
        var conditions = await Eventually.AsAsync("the conditions", async () =>
            (await cluster.Client.CoreV1.ReadNamespaceAsync(ns, cancellationToken: Cancellation)).Status.Conditions is { Count: > 0 } some ? some : null);
        conditions.Single(condition => condition.Type == "NamespaceFinalizersRemaining").Message.ShouldBe("Some content in the namespace has finalizers remaining: test/hold in 1 resource instances");
        conditions.Single(condition => condition.Type == "NamespaceContentRemaining").Message.ShouldContain("configmaps. has 1 resource instances");

        await ReleaseAsync(cluster, "held", ns);
        await Eventually.TrueAsync("the namespace to go", async () =>
            (await cluster.Client.CoreV1.ListNamespaceAsync(cancellationToken: Cancellation)).Items.All(one => one.Name() != ns));
    }

    private static V1OwnerReference Reference(V1ConfigMap owner, bool blocks) => new() { ApiVersion = "v1", Kind = "ConfigMap", Name = owner.Name(), Uid = owner.Uid(), BlockOwnerDeletion = blocks };

    private static Task<V1ConfigMap> CreateAsync(TestCluster cluster, string name, string ns = "default", Action<V1ConfigMap>? change = null, params V1OwnerReference[] owners)
    {
        var map = new V1ConfigMap { Metadata = new V1ObjectMeta { Name = name, OwnerReferences = owners.Length == 0 ? null : [.. owners] } };
        change?.Invoke(map);
        return cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(map, ns, cancellationToken: Cancellation);
    }

    private static Task<V1ConfigMap> ReadAsync(TestCluster cluster, string name) => cluster.Client.CoreV1.ReadNamespacedConfigMapAsync(name, "default", cancellationToken: Cancellation);

    private static Task<V1ConfigMap> ReleaseAsync(TestCluster cluster, string name, string ns = "default") => cluster.Client.CoreV1.PatchNamespacedConfigMapAsync(
        new V1Patch("""{"metadata":{"finalizers":null}}""", V1Patch.PatchType.MergePatch), name, ns, cancellationToken: Cancellation);

    private static async Task<string[]> NamesAsync(TestCluster cluster) =>
        [.. (await cluster.Client.CoreV1.ListNamespacedConfigMapAsync("default", cancellationToken: Cancellation)).Items.Select(map => map.Name()).Where(name => !name.Contains("ca.crt", StringComparison.Ordinal))];
}
