using System.Text.Json;
using k8s;
using k8s.Models;

namespace TempoCos.Cluster.Tests;

public sealed class PatchTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Merge_json_and_strategic_patches_do_what_their_names_say()
    {
        await using var cluster = await TestCluster.StartAsync();
        var ns = await cluster.NamespaceAsync();
        var core = cluster.Client.CoreV1;
        await core.CreateNamespacedServiceAsync(Service(), ns, cancellationToken: Cancellation);

        // A merge patch replaces lists; a strategic one merges them by key.
        var merged = await PatchAsync("""{"spec":{"ports":[{"name":"b","port":81}]}}""", V1Patch.PatchType.StrategicMergePatch);
        merged.Spec.Ports.Select(port => port.Port).ShouldBe([80, 81]);
        merged = await PatchAsync("""{"spec":{"ports":[{"$patch":"delete","port":80}]}}""", V1Patch.PatchType.StrategicMergePatch);
        merged.Spec.Ports.Select(port => port.Port).ShouldBe([81]);
        merged = await PatchAsync("""{"spec":{"ports":[{"name":"c","port":82}]},"metadata":{"labels":{"l":null,"m":"n"}}}""", V1Patch.PatchType.MergePatch);
        merged.Spec.Ports.Select(port => port.Port).ShouldBe([82]);
        merged.Labels().Keys.ShouldBe(["m"]);
        merged = await PatchAsync("""[{"op":"test","path":"/spec/ports/0/port","value":82},{"op":"replace","path":"/spec/ports/0/port","value":83}]""", V1Patch.PatchType.JsonPatch);
        merged.Spec.Ports.Select(port => port.Port).ShouldBe([83]);

        var refused = await TestCluster.RefusedAsync(() => PatchAsync("""[{"op":"test","path":"/spec/ports/0/port","value":82}]""", V1Patch.PatchType.JsonPatch));
        refused.Code.ShouldBe(422);

        Task<V1Service> PatchAsync(string patch, V1Patch.PatchType type) => core.PatchNamespacedServiceAsync(new V1Patch(patch, type), "one", ns, cancellationToken: Cancellation);
    }

    [Fact]
    public async Task Applying_twice_changes_nothing_the_second_time()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = true });
        var ns = await cluster.NamespaceAsync();
        const string stack = """{"apiVersion":"tempo.grafana.com/v1alpha1","kind":"TempoStack","metadata":{"name":"one"},"spec":{"managementState":"Unmanaged","storage":{"secret":{"name":"s","type":"s3"}},"extraConfig":{"tempo":{"a":1}}}}""";

        var first = await ApplyAsync(cluster, ns, stack, "me");
        var second = await ApplyAsync(cluster, ns, stack, "me");
        Generation(second).ShouldBe(Generation(first));
        System.Text.Json.JsonElement.DeepEquals(second.GetProperty("spec"), first.GetProperty("spec")).ShouldBeTrue(second.GetRawText());

        // What the manager no longer names goes.
        var third = await ApplyAsync(cluster, ns, stack.Replace(""","extraConfig":{"tempo":{"a":1}}""", "", StringComparison.Ordinal), "me");
        Version(third).ShouldNotBe(Version(first));
        third.GetProperty("spec").TryGetProperty("extraConfig", out _).ShouldBeFalse();
        third.GetProperty("spec").GetProperty("storage").GetProperty("secret").GetProperty("name").GetString().ShouldBe("s");

        static long Generation(System.Text.Json.JsonElement one) => one.GetProperty("metadata").GetProperty("generation").GetInt64();
    }

    [Fact]
    public async Task A_field_of_another_manager_is_a_conflict_unless_forced()
    {
        await using var cluster = await TestCluster.StartAsync();
        var ns = await cluster.NamespaceAsync();
        const string stack = """{"apiVersion":"tempo.grafana.com/v1alpha1","kind":"TempoStack","metadata":{"name":"one"},"spec":{"managementState":"Unmanaged","storageSize":"1Gi","storage":{"secret":{"name":"s","type":"s3"}}}}""";
        var other = stack.Replace("1Gi", "2Gi", StringComparison.Ordinal);
        await ApplyAsync(cluster, ns, stack, "first");

        // The same values are shared, not contested.
        await ApplyAsync(cluster, ns, stack, "second");
        var conflict = await TestCluster.RefusedAsync(() => ApplyAsync(cluster, ns, other, "third"));
        conflict.Code.ShouldBe(409);
        conflict.Message.ShouldStartWith("Apply failed with 2 conflicts: conflicts with \"first\":\n- .spec.storageSize\nconflicts with \"second\":\n- .spec.storageSize");
        conflict.Details.Causes.ShouldAllBe(cause => cause.Reason == "FieldManagerConflict" && cause.Field == ".spec.storageSize");

        var forced = await ApplyAsync(cluster, ns, other, "third", force: true);
        forced.GetProperty("spec").GetProperty("storageSize").GetString().ShouldBe("2Gi");
        (await TestCluster.RefusedAsync(() => ApplyAsync(cluster, ns, stack, "first"))).Message.ShouldContain("conflict with \"third\"");
    }

    [Fact]
    public async Task What_an_update_changed_belongs_to_the_updater()
    {
        await using var cluster = await TestCluster.StartAsync();
        var ns = await cluster.NamespaceAsync();
        var core = cluster.Client.CoreV1;
        const string map = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"a":"1","b":"1"}}""";
        await core.PatchNamespacedConfigMapAsync(new V1Patch(map, V1Patch.PatchType.ApplyPatch), "one", ns, fieldManager: "applier", cancellationToken: Cancellation);
        await core.PatchNamespacedConfigMapAsync(new V1Patch("""{"data":{"a":"2"}}""", V1Patch.PatchType.MergePatch), "one", ns, fieldManager: "editor", cancellationToken: Cancellation);

        var conflict = await TestCluster.RefusedAsync(() =>
            core.PatchNamespacedConfigMapAsync(new V1Patch(map, V1Patch.PatchType.ApplyPatch), "one", ns, fieldManager: "applier", cancellationToken: Cancellation));
        conflict.Message.ShouldBe("Apply failed with 1 conflict: conflict with \"editor\" using v1: .data.a");
    }

    [Fact]
    public async Task A_status_has_owners_of_its_own_and_is_applied_to_nothing_that_is_not_there()
    {
        await using var cluster = await TestCluster.StartAsync();
        var ns = await cluster.NamespaceAsync();
        var networking = cluster.Client.NetworkingV1;
        (await TestCluster.RefusedAsync(() => ApplyAsync("10.0.0.1", "first"))).Code.ShouldBe(404);

        await networking.CreateNamespacedIngressAsync(new V1Ingress
        {
            Metadata = new V1ObjectMeta { Name = "one" },
            Spec = new V1IngressSpec { IngressClassName = "nobodys", DefaultBackend = new V1IngressBackend { Service = new V1IngressServiceBackend { Name = "x", Port = new V1ServiceBackendPort { Number = 80 } } } },
        }, ns, cancellationToken: Cancellation);
        var applied = await ApplyAsync("10.0.0.1", "first");
        applied.Status.LoadBalancer.Ingress.Single().Ip.ShouldBe("10.0.0.1");
        applied.Metadata.ManagedFields.ShouldContain(entry => entry.Manager == "first" && entry.Operation == "Apply" && entry.Subresource == "status");
        (await TestCluster.RefusedAsync(() => ApplyAsync("10.0.0.2", "second"))).Message.ShouldStartWith("Apply failed with 1 conflict: conflict with \"first\" with subresource \"status\": .status.loadBalancer.ingress");

        Task<V1Ingress> ApplyAsync(string address, string manager) => networking.PatchNamespacedIngressStatusAsync(
            new V1Patch($$$$"""{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"one"},"status":{"loadBalancer":{"ingress":[{"ip":"{{{{address}}}}"}]}}}""", V1Patch.PatchType.ApplyPatch),
            "one", ns, fieldManager: manager, cancellationToken: Cancellation);
    }

    [Fact]
    public async Task A_dry_run_answers_and_keeps_nothing()
    {
        await using var cluster = await TestCluster.StartAsync();
        var ns = await cluster.NamespaceAsync();
        var core = cluster.Client.CoreV1;
        var shown = await core.CreateNamespacedServiceAsync(Service(), ns, dryRun: "All", cancellationToken: Cancellation);
        shown.Spec.Ports.Count.ShouldBe(1);
        (await core.ListNamespacedServiceAsync(ns, cancellationToken: Cancellation)).Items.ShouldBeEmpty();
    }

    private static V1Service Service() => new()
    {
        Metadata = new V1ObjectMeta { Name = "one", Labels = new Dictionary<string, string> { ["l"] = "x" } },
        Spec = new V1ServiceSpec { Ports = [new V1ServicePort { Name = "a", Port = 80 }] },
    };

    private static async Task<JsonElement> ApplyAsync(TestCluster cluster, string ns, string stack, string manager, bool force = false) =>
        (JsonElement)await cluster.Client.CustomObjects.PatchNamespacedCustomObjectAsync(
            new V1Patch(stack, V1Patch.PatchType.ApplyPatch), "tempo.grafana.com", "v1alpha1", ns, "tempostacks", "one", fieldManager: manager, force: force, cancellationToken: Cancellation);

    private static string? Version(JsonElement stack) => stack.GetProperty("metadata").GetProperty("resourceVersion").GetString();
}
