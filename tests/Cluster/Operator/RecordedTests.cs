using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Tests.Operator;

/// <summary>
/// What Tempo Operator 0.22 made of these instances when it ran in this cluster in place of its own operator: recorded.json has, for each instance, its
/// specification and every value of its objects, or what of them is other than with another instance (null: not there).
/// </summary>
public sealed class RecordedTests
{
    private static readonly JsonNode Recorded = Read();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_object_is_as_the_real_operator_makes_it()
    {
        await using var cluster = await TestCluster.StartAsync();

        // Nothing has to run for this.
        await cluster.Client.CoreV1.PatchNodeAsync(new V1Patch("""{"spec":{"unschedulable":true}}""", V1Patch.PatchType.MergePatch), "tempocos", cancellationToken: Cancellation);
        using var http = cluster.Http();
        foreach (var instance in Recorded.Objects("instances"))
        {
            await CreateAsync(cluster, instance);
        }

        foreach (var instance in Recorded.Objects("instances"))
        {
            var expected = Values(instance.Text("name")!);
            List<string> differences = [];
            try
            {
                await Eventually.TrueAsync("the objects", async () => (differences = Differences(expected, await MadeAsync(http, instance.Text("name")!))).Count == 0);
            }
            catch (Exception) when (differences.Count > 0)
            {
                differences.ShouldBeEmpty(instance.Text("name"));
            }
        }
    }

    [Fact]
    public void Instances_that_are_asked_for_other_things_are_told_apart()
    {
        List<string> names = [.. Recorded.Objects("instances").Select(instance => instance.Text("name")!)];
        names.Count.ShouldBeGreaterThan(10);
        foreach (var (one, another) in names.Zip(names.Skip(1)))
        {
            Differences(Values(one), Values(another)).ShouldNotBeEmpty($"{one}, {another}");
        }
    }

    private static async Task CreateAsync(TestCluster cluster, JsonObject instance)
    {
        var (name, core) = (instance.Text("name")!, cluster.Client.CoreV1);
        await core.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = name } }, cancellationToken: Cancellation);
        foreach (var given in Recorded.Objects("given"))
        {
            var metadata = new V1ObjectMeta { Name = given.Text("name") };
            var data = given.TextMap("data").ToDictionary();
            await (given.Text("kind") switch
            {
                "Secret" => core.CreateNamespacedSecretAsync(new V1Secret { Metadata = metadata, StringData = data }, name, cancellationToken: Cancellation),
                "ConfigMap" => core.CreateNamespacedConfigMapAsync(new V1ConfigMap { Metadata = metadata, Data = data }, name, cancellationToken: Cancellation),
                _ => (Task)core.CreateNamespacedServiceAccountAsync(new V1ServiceAccount { Metadata = metadata }, name, cancellationToken: Cancellation),
            });
        }

        var kind = instance.Text("kind")!;
        await cluster.Client.CustomObjects.PatchNamespacedCustomObjectAsync(
            new V1Patch($$"""{"apiVersion":"tempo.grafana.com/v1alpha1","kind":"{{kind}}","metadata":{"name":"simplest"},"spec":{{instance["spec"]!.ToJsonString()}}}""", V1Patch.PatchType.ApplyPatch),
            "tempo.grafana.com", "v1alpha1", name, $"{kind.ToLowerInvariant()}s", "simplest", fieldManager: "test", cancellationToken: Cancellation);
    }

    private static async Task<Dictionary<string, string>> MadeAsync(HttpClient http, string ns)
    {
        var made = new Dictionary<string, string>();
        foreach (var path in Recorded.Texts("paths"))
        {
            var list = JsonNode.Parse(await http.GetStringAsync(new Uri(path.Replace("NS", ns, StringComparison.Ordinal), UriKind.Relative), Cancellation));
            foreach (var one in list.Objects("items").Where(one => one.Text("metadata", "labels", "app.kubernetes.io/managed-by") == "tempo-operator"))
            {
                one["kind"] = list.Text("kind")![..^"List".Length];
                foreach (var (way, value) in RecordedObjects.Flatten(one, ns))
                {
                    made[way] = value;
                }
            }
        }

        return made;
    }

    private static Dictionary<string, string> Values(string name)
    {
        var instance = Recorded.Objects("instances").First(one => one.Text("name") == name);
        var values = instance.Text("like") is { } like ? Values(like) : [];
        foreach (var (one, recorded) in (JsonObject)instance["objects"]!)
        {
            if (recorded is null)
            {
                foreach (var way in values.Keys.Where(way => way.StartsWith($"{one} ", StringComparison.Ordinal)).ToList())
                {
                    values.Remove(way);
                }
            }

            foreach (var (way, value) in recorded as JsonObject ?? [])
            {
                if (value is null)
                {
                    values.Remove($"{one} {way}");
                }
                else
                {
                    values[$"{one} {way}"] = value.Text()!;
                }
            }
        }

        foreach (var way in values.Where(one => RecordedObjects.IsFilledIn(one.Key, one.Value)).Select(one => one.Key).ToList())
        {
            values.Remove(way);
        }

        return values;
    }

    private static List<string> Differences(Dictionary<string, string> expected, Dictionary<string, string> made) =>
    [
        .. expected.Where(one => made.GetValueOrDefault(one.Key) != one.Value).Select(one => $"{one.Key}: {one.Value} was {made.GetValueOrDefault(one.Key) ?? "not there"}"),
        .. made.Where(one => !expected.ContainsKey(one.Key)).Select(one => $"{one.Key}: {one.Value} was not expected"),
    ];

    private static JsonNode Read()
    {
        using var file = typeof(RecordedTests).Assembly.GetManifestResourceStream("recorded.json")!;
        return JsonNode.Parse(file)!;
    }
}
