namespace TempoCos.Cluster.Tests;

public sealed class KubectlTests
{
    private const string Stack = """
        apiVersion: tempo.grafana.com/v1alpha1
        kind: TempoStack
        metadata:
          name: simplest
        spec:
          storage: {secret: {name: ibm-cos-secret, type: s3}}
          storageSize: 200M
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kubectl_applies_waits_shows_logs_and_deletes()
    {
        await using var cluster = await TestCluster.StartAsync(Stacks.Secret("default"));
        var kubectl = await Kubectl.FindAsync(cluster);
        var file = Path.Combine(Path.GetDirectoryName(cluster.Kubeconfig)!, "stack.yaml");
        await File.WriteAllTextAsync(file, Stack, Cancellation);

        (await kubectl.RunAsync("apply", "-f", file)).ShouldBe("tempostack.tempo.grafana.com/simplest created");
        (await kubectl.RunAsync("apply", "-f", file)).ShouldBe("tempostack.tempo.grafana.com/simplest unchanged");
        (await kubectl.RunAsync("apply", "--server-side", "-f", file)).ShouldBe("tempostack.tempo.grafana.com/simplest serverside-applied");
        (await kubectl.RunAsync("wait", "tempostack/simplest", "--for=condition=Ready", "--timeout=60s")).ShouldBe("tempostack.tempo.grafana.com/simplest condition met");

        var table = (await kubectl.RunAsync("get", "tempostacks")).Split('\n');
        table[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["NAME", "MANAGEMENT", "TEMPO", "VERSION", "READY", "AGE"]);
        table[1].ShouldStartWith("simplest");
        table[1].ShouldContain("True");
        (await kubectl.RunAsync("get", "pods")).Split('\n').Length.ShouldBe(6);
        (await kubectl.RunAsync("get", "deployments,statefulsets,services,ingresses,endpoints,pvc,events")).ShouldContain("statefulset.apps/tempo-simplest-ingester   1/1");
        (await kubectl.RunAsync("describe", "pod", "tempo-simplest-ingester-0")).ShouldContain("Started container tempo");
        (await kubectl.RunAsync("logs", "statefulset/tempo-simplest-ingester", "--tail=10")).ShouldContain("-target=ingester");
        (await kubectl.RunAsync("scale", "deployment/tempo-simplest-querier", "--replicas=1")).ShouldContain("scaled");
        (await kubectl.RunAsync("auth", "can-i", "create", "tempostacks")).ShouldBe("yes");

        (await kubectl.RunAsync("exec", "tempo-simplest-ingester-0", "--", "ls")).ShouldContain("there is no exec into them");

        (await kubectl.RunAsync("delete", "tempostack", "simplest", "--cascade=foreground")).ShouldContain("deleted");
        (await kubectl.RunAsync("wait", "--for=delete", "pod", "-l", "app.kubernetes.io/instance=simplest", "--timeout=60s")).ShouldNotContain("error");
        (await kubectl.RunAsync("get", "pods")).ShouldContain("No resources found");
    }

    [Fact]
    public async Task Kubectl_creates_with_its_own_commands()
    {
        await using var cluster = await TestCluster.StartAsync();
        var kubectl = await Kubectl.FindAsync(cluster);
        (await kubectl.RunAsync("create", "namespace", "made")).ShouldBe("namespace/made created");
        (await kubectl.RunAsync("-n", "made", "create", "secret", "generic", "one", "--from-literal=a=b")).ShouldBe("secret/one created");
        (await kubectl.RunAsync("-n", "made", "create", "configmap", "two", "--from-literal=c=d")).ShouldBe("configmap/two created");
        (await kubectl.RunAsync("-n", "made", "create", "serviceaccount", "three")).ShouldBe("serviceaccount/three created");
        (await kubectl.RunAsync("-n", "made", "get", "secret", "one", "-o", "jsonpath={.data.a}")).ShouldBe("Yg==");
        (await kubectl.RunAsync("-n", "made", "get", "configmap", "two", "-o", "jsonpath={.data.c}")).ShouldBe("d");
        (await kubectl.RunAsync("-n", "made", "label", "secret", "one", "x=y")).ShouldBe("secret/one labeled");
        (await kubectl.RunAsync("-n", "made", "get", "secrets", "-l", "x=y", "-o", "name")).ShouldBe("secret/one");
        (await kubectl.RunAsync("delete", "namespace", "made")).ShouldBe("namespace \"made\" deleted");
    }

    [Fact]
    public async Task Kubectl_shows_lists_in_its_forms_and_changes_objects_in_its_ways()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Kubectl.FindAsync(cluster);
        (await kubectl.RunAsync("version")).ShouldContain("Server Version: v1.32.");
        (await kubectl.RunAsync("api-versions")).Split('\n').ShouldContain("apps/v1");
        foreach (var name in (string[])["b", "a", "c"])
        {
            (await kubectl.RunAsync("create", "configmap", name, $"--from-literal=key={name}")).ShouldBe($"configmap/{name} created");
        }

        (await kubectl.RunAsync("get", "cm", "--chunk-size=1", "-o", "name")).Split('\n').ShouldBe(["configmap/a", "configmap/b", "configmap/c", "configmap/kube-root-ca.crt"]);
        (await kubectl.RunAsync("get", "cm", "-A", "--field-selector=metadata.name!=kube-root-ca.crt", "--no-headers", "--sort-by={.data.key}", "-o", "custom-columns=N:.metadata.name")).Split('\n').ShouldBe(["a", "b", "c"]);
        (await kubectl.RunAsync("get", "cm", "--field-selector=metadata.name=b", "-o", "go-template={{(index .items 0).data.key}}")).ShouldBe("b");
        (await kubectl.RunAsync("get", "cm", "a", "-o", "yaml")).ShouldContain("\nkind: ConfigMap\n");
        (await kubectl.RunAsync("get", "cm", "a", "-o", "wide")).Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["NAME", "DATA", "AGE"]);
        (await kubectl.RunAsync("describe", "cm", "a")).ShouldContain("key:\n----\na");

        (await kubectl.RunAsync("annotate", "cm", "a", "note=yes")).ShouldBe("configmap/a annotated");
        (await kubectl.RunAsync("patch", "cm", "a", "-p", """{"data":{"key":"patched"}}""")).ShouldBe("configmap/a patched");
        (await kubectl.RunAsync("get", "cm", "a", "-o", "jsonpath={.metadata.annotations.note} {.data.key}")).ShouldBe("yes patched");
        (await kubectl.InvokeAsync("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {key: replaced}", "replace", "-f", "-")).Output.ShouldBe("configmap/a replaced");
        (await kubectl.InvokeAsync("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: d}", "apply", "--dry-run=server", "-f", "-")).Output.ShouldBe("configmap/d created (server dry run)");
        (await kubectl.RunAsync("get", "cm", "a", "d", "-o", "jsonpath={.data.key}")).ShouldContain("configmaps \"d\" not found");
        (await kubectl.RunAsync("delete", "cm", "--all", "--wait=false")).Split('\n').Length.ShouldBe(4);
        (await kubectl.RunAsync("top", "nodes")).ShouldContain("Metrics API not available");
    }
}
