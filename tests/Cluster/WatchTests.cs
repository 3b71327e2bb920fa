using k8s;
using k8s.Models;

namespace TempoCos.Cluster.Tests;

public sealed class WatchTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watch_from_a_list_misses_nothing_and_repeats_nothing()
    {
        await using var cluster = await TestCluster.StartAsync();
        var ns = await cluster.NamespaceAsync();
        var core = cluster.Client.CoreV1;
        await core.CreateNamespacedConfigMapAsync(Map("before"), ns, cancellationToken: Cancellation);
        var list = await core.ListNamespacedConfigMapAsync(ns, cancellationToken: Cancellation);
        await core.CreateNamespacedConfigMapAsync(Map("between"), ns, cancellationToken: Cancellation);

        var seen = new List<string>();
        var watching = Task.Run(async () =>
        {
            await foreach (var (type, map) in core.WatchListNamespacedConfigMapAsync(ns, resourceVersion: list.ResourceVersion(), cancellationToken: Cancellation))
            {
                seen.Add($"{type} {map.Name()}");
                if (type == WatchEventType.Deleted)
                {
                    return;
                }
            }
        }, Cancellation);
        var created = await core.CreateNamespacedConfigMapAsync(Map("after"), ns, cancellationToken: Cancellation);
        created.Data = new Dictionary<string, string> { ["a"] = "b" };
        await core.ReplaceNamespacedConfigMapAsync(created, "after", ns, cancellationToken: Cancellation);
        await core.DeleteNamespacedConfigMapAsync("before", ns, cancellationToken: Cancellation);

        await watching.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        seen.ShouldBe(["Added between", "Added after", "Modified after", "Deleted before"]);
    }

    [Fact]
    public async Task What_leaves_a_selection_is_deleted_to_who_watches_it()
    {
        await using var cluster = await TestCluster.StartAsync();
        var ns = await cluster.NamespaceAsync();
        var core = cluster.Client.CoreV1;
        var map = Map("one");
        map.Metadata.Labels = new Dictionary<string, string> { ["in"] = "yes" };
        map = await core.CreateNamespacedConfigMapAsync(map, ns, cancellationToken: Cancellation);
        var seen = new List<WatchEventType>();
        var watching = Task.Run(async () =>
        {
            await foreach (var (type, _) in core.WatchListNamespacedConfigMapAsync(ns, labelSelector: "in=yes", cancellationToken: Cancellation))
            {
                seen.Add(type);
                if (type == WatchEventType.Deleted)
                {
                    return;
                }
            }
        }, Cancellation);

        map.Metadata.Labels["in"] = "no";
        await Eventually.TrueAsync("the first event", () => Task.FromResult(seen.Count > 0));
        await core.ReplaceNamespacedConfigMapAsync(map, "one", ns, cancellationToken: Cancellation);
        await watching.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        seen.ShouldBe([WatchEventType.Added, WatchEventType.Deleted]);
    }

    [Fact]
    public async Task A_restart_keeps_objects_and_sends_old_watchers_to_list_again()
    {
        var directory = Directory.CreateTempSubdirectory("tempocos-cluster-").FullName;
        string version;
        string uid;
        await using (var cluster = await TestCluster.StartInAsync(directory, keep: true, options => options))
        {
            var created = await cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(Map("one"), "default", cancellationToken: Cancellation);
            (version, uid) = (created.ResourceVersion(), created.Uid());
            await cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(Map("two"), "default", cancellationToken: Cancellation);
            await cluster.Client.CoreV1.DeleteNamespacedConfigMapAsync("two", "default", cancellationToken: Cancellation);
        }

        // A crash in the middle of a line loses that line only.
        await File.AppendAllTextAsync(Path.Combine(directory, "data", "objects.ndjson"), "{\"resource\":\"conf", Cancellation);
        await using (var cluster = await TestCluster.StartInAsync(directory, keep: false, options => options))
        {
            var maps = await cluster.Client.CoreV1.ListNamespacedConfigMapAsync("default", cancellationToken: Cancellation);
            maps.Items.Where(map => map.Name() != "kube-root-ca.crt").Select(map => (map.Name(), map.Uid())).ShouldBe([("one", uid)]);
            using var http = cluster.Http();
            var watched = await http.GetStringAsync(new Uri($"/api/v1/namespaces/default/configmaps?watch=true&resourceVersion={version}", UriKind.Relative), Cancellation);
            watched.ShouldStartWith("{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\"");
            watched.ShouldContain("\"reason\":\"Expired\",\"code\":410");
        }
    }

    private static V1ConfigMap Map(string name) => new() { Metadata = new V1ObjectMeta { Name = name } };
}
