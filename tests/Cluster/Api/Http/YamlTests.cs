using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Tests.Api.Admission;

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

    [Fact]
    public async Task A_pod_without_a_node_has_an_empty_log_and_no_ports()
    {
        var ns = await shared.Cluster.NamespaceAsync();
        var path = $"/api/v1/namespaces/{ns}/pods";
        (await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Post, path, """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"schedulingGates":[{"name":"example.com/x"}],"containers":[{"name":"c","image":"example.com/none:1"}]}}""")).Code.ShouldBe(201);
        var log = await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Get, $"{path}/p/log", accept: "*/*");
        (log.Code, log.Text).ShouldBe((204, ""));
        (await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Get, $"{path}/p/log?container=none")).Message.ShouldBe("container none is not valid for pod p");
        (await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Get, $"{path}/p/log?tailLines=-1")).Message.ShouldBe("PodLogOptions \"p\" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0");
        (await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Get, $"{path}/p/portforward?ports=80")).ShouldSatisfyAllConditions(refused => refused.Code.ShouldBe(400), refused => refused.Message.ShouldBe("pod p does not have a host assigned"));
    }
}
