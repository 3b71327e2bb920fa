namespace TempoCos.Cluster.Tests.Api.Admission;

/// <summary>What is taken with a warning, in the words of kube-apiserver 1.36.</summary>
public sealed class PodWarningTests(PlainCluster shared) : IClassFixture<PlainCluster>
{
    [Theory]
    [InlineData("""[{"name":"c","image":"x","env":[{"name":"A","value":"1"},{"name":"A","value":"2"}]}]""", "containers[0].env[1]: hides previous definition of \"A\", which may be dropped when using apply")]
    [InlineData("""[{"name":"c","image":"x","env":[{"name":"A","value":"1"},{"name":"A","value":"$(A)"}]}]""", "containers[0].env[1]: hides previous definition of \"A\", which may be dropped when using apply")]
    [InlineData("""[{"name":"c","image":"x","env":[{"name":"A","value":"1"},{"name":"A","value":"$(A)2"}]}]""")]
    [InlineData("""[{"name":"c","image":"x","ports":[{"containerPort":80},{"containerPort":80}]}]""", "containers[0].ports[1]: duplicate port definition with SPEC.containers[0].ports[0]")]
    [InlineData("""[{"name":"c","image":"x","ports":[{"containerPort":80},{"containerPort":80,"protocol":"UDP"},{"containerPort":80,"hostPort":8080}]}]""", "containers[0].ports[2]: overlapping port definition with SPEC.containers[0].ports[0]")]
    [InlineData("""[{"name":"c","image":"x","ports":[{"containerPort":80,"name":"a"}]},{"name":"d","image":"x","ports":[{"containerPort":81,"name":"a"}]}]""", "containers[1].ports[0]: duplicate port name \"a\" with SPEC.containers[0].ports[0], services and probes that select ports by name will use SPEC.containers[0].ports[0]")]
    [InlineData("""[{"name":"c","image":"x","resources":{"limits":{"memory":"100m"}}}]""", "containers[0].resources.limits[memory]: fractional byte value \"100m\" is invalid, must be an integer", "containers[0].resources.requests[memory]: fractional byte value \"100m\" is invalid, must be an integer")]
    public async Task Of_a_pod_and_of_a_template(string containers, params string[] warnings)
    {
        var pod = await PostAsync("/api/v1/namespaces/default/pods", $$$"""{"metadata":{"name":"p"},"spec":{"containers":{{{containers}}}} }""");
        (pod.Code, pod.Text.Length > 0).ShouldBe((201, true), pod.Text);
        pod.Warnings.ShouldBe(Lines("spec", warnings));

        // Only in a pod does a limit stand for the request, too.
        var template = await PostAsync("/apis/apps/v1/namespaces/default/deployments", $$$"""
            {"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":{{{containers}}}} } } }
            """);
        template.Code.ShouldBe(201, template.Text);
        template.Warnings.ShouldBe(Lines("spec.template.spec", [.. warnings.Where(warning => !warning.Contains("requests[", StringComparison.Ordinal))]));
    }

    [Fact]
    public async Task Of_secrets_to_pull_with_and_of_an_annotation_that_has_become_a_field()
    {
        (await PostAsync("/api/v1/namespaces/default/pods", """{"metadata":{"name":"p"},"spec":{"imagePullSecrets":[{"name":"a"},{"name":"a"}],"containers":[{"name":"c","image":"x"}]}}""")).Warnings
            .ShouldBe(Lines("spec", ["imagePullSecrets[1].name: duplicate name \"a\""]));
        const string Annotated = """{"name":"p","annotations":{"container.apparmor.security.beta.kubernetes.io/c":"runtime/default"}}""";
        (await PostAsync("/api/v1/namespaces/default/pods", $$$"""{"metadata":{{{Annotated}}},"spec":{"containers":[{"name":"c","image":"x"}]}}""")).Warnings
            .ShouldBe(Lines("metadata", ["annotations[container.apparmor.security.beta.kubernetes.io/c]: deprecated since v1.30; use the \"appArmorProfile\" field instead"]));
        (await PostAsync("/api/v1/namespaces/default/pods", $$$"""{"metadata":{{{Annotated}}},"spec":{"containers":[{"name":"c","image":"x","securityContext":{"appArmorProfile":{"type":"RuntimeDefault"} } }]} }""")).Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_workload_is_warned_of_again_only_when_it_changes()
    {
        var ns = await shared.Cluster.NamespaceAsync();
        var made = await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Post, $"/apis/apps/v1/namespaces/{ns}/deployments", """
            {"metadata":{"name":"d"},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"x","ports":[{"containerPort":80},{"containerPort":80}]}]}}}}
            """);
        made.Warnings.Count.ShouldBe(1);
        (await PatchAsync("""{"metadata":{"annotations":{"note":"1"}}}""")).Warnings.ShouldBeEmpty();
        (await PatchAsync("""{"spec":{"minReadySeconds":1}}""")).Warnings.ShouldBe(made.Warnings);

        Task<ApiAnswer> PatchAsync(string patch) => ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Patch, $"/apis/apps/v1/namespaces/{ns}/deployments/d", patch, "application/merge-patch+json");
    }

    private static IEnumerable<string> Lines(string at, string[] warnings) =>
        warnings.Select(warning => $"299 - \"{$"{at}.{warning}".Replace("SPEC", at, StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");

    private Task<ApiAnswer> PostAsync(string path, string body) => ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Post, $"{path}?dryRun=All", body);
}
