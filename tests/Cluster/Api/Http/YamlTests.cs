using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Tests.Api.Http;

public sealed class YamlTests(PlainCluster shared) : IClassFixture<PlainCluster>
{
    private const string Yaml = "application/yaml";

    [Fact]
    public async Task Who_asks_for_yaml_gets_it_and_who_sends_it_is_understood()
    {
        var ns = await shared.Cluster.NamespaceAsync();
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        var made = await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Post, path, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {number: \"1\", truth: \"yes\", lines: \"a\\nb\"}\n", Yaml, Yaml);
        (made.Code, made.MediaType).ShouldBe((201, Yaml));
        made.Text.ShouldStartWith("apiVersion: v1\ndata:\n");
        made.Text.ShouldContain("\n  truth: \"yes\"\n");
        var read = YamlJson.Parse(made.Text);
        (read.Text("data", "number"), read.Text("data", "truth"), read.Text("data", "lines"), read.Text("metadata", "name")).ShouldBe(("1", "yes", "a\nb", "m"));

        var list = await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Get, path, accept: Yaml);
        YamlJson.Parse(list.Text).Objects("items").Select(one => one.Text("metadata", "name")).ShouldContain("m");
        var missing = await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Get, $"{path}/none", accept: Yaml);
        (missing.Code, missing.MediaType, YamlJson.Parse(missing.Text).Text("reason")).ShouldBe((404, Yaml, "NotFound"));

        // Who does not ask for it, does not get it.
        (await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Get, $"{path}/m")).ShouldSatisfyAllConditions(json => json.MediaType.ShouldBe("application/json"), json => json.Body.Text("data", "truth").ShouldBe("yes"));
        (await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Post, path, "a: [", Yaml)).Code.ShouldBe(400);
    }
}
