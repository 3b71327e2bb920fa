using k8s;
using k8s.Autorest;
using k8s.Models;

namespace TempoCos.Cluster.Tests;

public sealed class DeletionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Background")]
    [InlineData("Foreground")]
    public async Task What_is_owned_goes_with_its_owner(string propagation)
    {
        await using var cluster = await TestCluster.StartAsync();
        var ns = await cluster.NamespaceAsync();
        var owner = await CreateAsync(cluster, ns, "owner");
        var owned = await CreateAsync(cluster, ns, "owned", owner);
        await CreateAsync(cluster, ns, "owned-by-owned", owned);
        await CreateAsync(cluster, ns, "free");

        await cluster.Client.CoreV1.DeleteNamespacedConfigMapAsync("owner", ns, propagationPolicy: propagation, cancellationToken: Cancellation);
        await Eventually.TrueAsync("the owned to go", async () => (await NamesAsync(cluster, ns)).SequenceEqual(["free"]));
    }

    [Fact]
    public async Task Orphans_are_let_go()
    {
        await using var cluster = await TestCluster.StartAsync();
        var ns = await cluster.NamespaceAsync();
        var owner = await CreateAsync(cluster, ns, "owner");
        await CreateAsync(cluster, ns, "owned", owner);

        await cluster.Client.CoreV1.DeleteNamespacedConfigMapAsync("owner", ns, propagationPolicy: "Orphan", cancellationToken: Cancellation);
        await Eventually.TrueAsync("the owner to go", async () => (await NamesAsync(cluster, ns)).SequenceEqual(["owned"]));
        var orphan = await cluster.Client.CoreV1.ReadNamespacedConfigMapAsync("owned", ns, cancellationToken: Cancellation);
        (orphan.OwnerReferences() ?? []).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_finalizer_holds_an_object_until_it_is_taken_off()
    {
        await using var cluster = await TestCluster.StartAsync();
        var ns = await cluster.NamespaceAsync();
        var core = cluster.Client.CoreV1;
        await core.CreateNamespacedConfigMapAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "held", Finalizers = ["test/hold"] } }, ns, cancellationToken: Cancellation);

        await core.DeleteNamespacedConfigMapAsync("held", ns, cancellationToken: Cancellation);
        var held = await core.ReadNamespacedConfigMapAsync("held", ns, cancellationToken: Cancellation);
        held.DeletionTimestamp().ShouldNotBeNull();

        held.Metadata.Finalizers = [];
        await core.ReplaceNamespacedConfigMapAsync(held, "held", ns, cancellationToken: Cancellation);
        (await TestCluster.RefusedAsync(() => core.ReadNamespacedConfigMapAsync("held", ns, cancellationToken: Cancellation))).Code.ShouldBe(404);
    }

    [Fact]
    public async Task A_namespace_takes_its_content_with_it_and_takes_nothing_new()
    {
        await using var cluster = await TestCluster.StartAsync();
        var ns = await cluster.NamespaceAsync();
        var core = cluster.Client.CoreV1;
        await core.CreateNamespacedConfigMapAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "held", Finalizers = ["test/hold"] } }, ns, cancellationToken: Cancellation);
        await CreateAsync(cluster, ns, "free");
        await CreateAsync(cluster, "default", "elsewhere");

        await core.DeleteNamespaceAsync(ns, cancellationToken: Cancellation);
        (await core.ReadNamespaceAsync(ns, cancellationToken: Cancellation)).Status.Phase.ShouldBe("Terminating");
        var refused = await TestCluster.RefusedAsync(() => CreateAsync(cluster, ns, "late"));
        refused.Code.ShouldBe(403);
        refused.Message.ShouldBe($"configmaps \"late\" is forbidden: unable to create new content in namespace {ns} because it is being terminated");
        await Eventually.TrueAsync("all but the held to go", async () => (await NamesAsync(cluster, ns)).SequenceEqual(["held"]));

        await core.PatchNamespacedConfigMapAsync(new V1Patch("""{"metadata":{"finalizers":null}}""", V1Patch.PatchType.MergePatch), "held", ns, cancellationToken: Cancellation);
        await Eventually.TrueAsync("the namespace to go", async () =>
        {
            try
            {
                await core.ReadNamespaceAsync(ns, cancellationToken: Cancellation);
                return false;
            }
            catch (HttpOperationException)
            {
                return true;
            }
        });
        (await NamesAsync(cluster, "default")).ShouldBe(["elsewhere"]);
    }

    [Fact]
    public async Task A_deletion_that_names_another_uid_is_refused()
    {
        await using var cluster = await TestCluster.StartAsync();
        var ns = await cluster.NamespaceAsync();
        var created = await CreateAsync(cluster, ns, "one");
        var core = cluster.Client.CoreV1;

        var wrong = new V1DeleteOptions { Preconditions = new V1Preconditions { Uid = Guid.NewGuid().ToString() } };
        (await TestCluster.RefusedAsync(() => core.DeleteNamespacedConfigMapAsync("one", ns, wrong, cancellationToken: Cancellation))).Code.ShouldBe(409);
        var right = new V1DeleteOptions { Preconditions = new V1Preconditions { Uid = created.Uid() } };
        (await core.DeleteNamespacedConfigMapAsync("one", ns, right, cancellationToken: Cancellation)).Status.ShouldBe("Success");
    }

    private static async Task<string[]> NamesAsync(TestCluster cluster, string ns) =>
        [.. (await cluster.Client.CoreV1.ListNamespacedConfigMapAsync(ns, cancellationToken: Cancellation)).Items.Select(map => map.Name()).Where(name => name != "kube-root-ca.crt")];

    private static Task<V1ConfigMap> CreateAsync(TestCluster cluster, string ns, string name, V1ConfigMap? owner = null) =>
        cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(new V1ConfigMap
        {
            Metadata = new V1ObjectMeta
            {
                Name = name,
                OwnerReferences = owner is null ? null : [new V1OwnerReference { ApiVersion = "v1", Kind = "ConfigMap", Name = owner.Name(), Uid = owner.Uid(), BlockOwnerDeletion = true }],
            },
        }, ns, cancellationToken: Cancellation);
}
