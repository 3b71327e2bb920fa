using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Tests.Controllers;

namespace TempoCos.Cluster.Tests.Startup;

public sealed class StoredDefaultsTests
{
    private const string Claims = "volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi} } } }]";

    private static string Workload(string kind, string name, string more) => $$"""
        apiVersion: apps/v1
        kind: {{kind}}
        metadata: {name: {{name}}}
        spec:
          {{more}}
          selector: {matchLabels: {app: {{name}}} }
          template:
            metadata: {labels: {app: {{name}}} }
            spec:
              terminationGracePeriodSeconds: 1
              containers: [{name: main, image: some/image:1, command: [sleep, '1000']}]
        """;

    private static readonly string[] Kept =
    [
        BuiltInResources.Deployments, BuiltInResources.ReplicaSets, BuiltInResources.StatefulSets, BuiltInResources.ControllerRevisions, BuiltInResources.Pods,
    ];

    [Fact]
    public async Task What_an_older_version_stored_without_todays_defaults_is_no_change()
    {
        var directory = Directory.CreateTempSubdirectory("tempocos-cluster-").FullName;
        string before;
        await using (var cluster = await TestCluster.StartInAsync(directory, keep: true, options => options with { Operator = false }))
        {
            var kubectl = await Commands.OfAsync(cluster);
            await kubectl.ApplyAsync(Workload("Deployment", "web", ""));
            await kubectl.ApplyAsync(Workload("StatefulSet", "set", Claims));
            await CompleteAsync(kubectl);
            before = await PodsAsync(kubectl);
        }

        Forget(Path.Combine(directory, "data", "objects.ndjson")).ShouldBe(Kept.Length + 1, "two of them are pods");
        await using (var cluster = await TestCluster.StartInAsync(directory, keep: false, options => options with { Operator = false }))
        {
            var kubectl = await Commands.OfAsync(cluster);

            // A write lets the API server fill in its defaults, whatever it changes.
            (await kubectl.RunAsync("annotate", "deployment/web", "statefulset/set", "tempocos.test/written=yes")).ShouldBe("deployment.apps/web annotated\nstatefulset.apps/set annotated");
            (await kubectl.RunAsync("annotate", "pods", "--all", "tempocos.test/written=yes")).ShouldMatch("^pod/set-0 annotated\npod/web-[^ ]+ annotated$", "and nothing is warned of");
            await CompleteAsync(kubectl);
            (await PodsAsync(kubectl)).ShouldBe(before);
            (await kubectl.GetAsync("{.items[*].metadata.name}", "replicasets,controllerrevisions")).Split(' ').Length.ShouldBe(2);

            await kubectl.RunAsync("set", "env", "deployment/web", "statefulset/set", "A=b");
            await CompleteAsync(kubectl);
            (await kubectl.GetAsync("{.items[*].metadata.name}", "replicasets,controllerrevisions")).Split(' ').Length.ShouldBe(4);
        }
    }

    private static async Task CompleteAsync(Commands kubectl)
    {
        (await kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s")).ShouldContain("successfully rolled out");
        (await kubectl.RunAsync("rollout", "status", "statefulset/set", "--timeout=60s")).ShouldContain("complete");
    }

    private static Task<string> PodsAsync(Commands kubectl) => kubectl.GetAsync("{range .items[*]}{.metadata.name} {.metadata.uid}{\"\\n\"}{end}", "pods");

    /// <summary>Takes some defaults out of the stored objects; how many objects lost some.</summary>
    private static int Forget(string file)
    {
        var lines = File.ReadAllLines(file).Select(line => (JsonObject)JsonNode.Parse(line)!).ToList();
        var changed = new HashSet<string>();
        foreach (var entry in lines)
        {
            var spec = entry.At("object", "data", "spec", "template", "spec") ?? entry.At("object", "spec", "template", "spec") ?? entry.At("object", "spec");
            if (Kept.Contains(entry.Text("resource")) && spec is JsonObject given)
            {
                changed.Add($"{entry.Text("resource")}/{entry.Text("name")}");
                entry.Objects("object", "spec", "volumeClaimTemplates").ToList().ForEach(claim => claim.Ensure("spec").Remove("volumeMode").ShouldBeTrue());
                given.Remove("schedulerName").ShouldBeTrue();
                given.Objects("containers").Single().Remove("terminationMessagePolicy").ShouldBeTrue();
            }
        }

        File.WriteAllLines(file, lines.Select(line => line.ToJsonString()));
        return changed.Count;
    }
}
