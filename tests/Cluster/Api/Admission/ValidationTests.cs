using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Tests.Api.Admission;

/// <summary>What people get wrong about the built-in kinds: each is taken as it is, and refused as kube-apiserver 1.36 refuses it once a value is another.</summary>
public sealed class ValidationTests(PlainCluster shared) : IClassFixture<PlainCluster>
{
    private const string Container = """{"name":"c","image":"example.com/none:1","ports":[{"containerPort":80,"name":"http"}],"env":[{"name":"A","value":"b"}],"resources":{"requests":{"cpu":"1"},"limits":{"cpu":"2"}},"volumeMounts":[{"name":"v","mountPath":"/v"}],"livenessProbe":{"httpGet":{"port":"http"}}}""";

    private static readonly Dictionary<string, (string Path, string Content)> Kinds = new()
    {
        ["pod"] = ("/api/v1/namespaces/NS/pods", """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x","labels":{"a":"b"}},"spec":{"nodeName":"elsewhere","containers":[CONTAINER],"volumes":[{"name":"v","emptyDir":{}}]}}""".Replace("CONTAINER", Container, StringComparison.Ordinal)),
        ["deployment"] = ("/apis/apps/v1/namespaces/NS/deployments", """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x"},"spec":{"replicas":0,"selector":{"matchLabels":{"app":"x"}},"strategy":{"type":"RollingUpdate"},"template":{"metadata":{"labels":{"app":"x"}},"spec":{"containers":[CONTAINER],"volumes":[{"name":"v","emptyDir":{}}]}}}}""".Replace("CONTAINER", Container, StringComparison.Ordinal)),
        ["statefulset"] = ("/apis/apps/v1/namespaces/NS/statefulsets", """{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"x"},"spec":{"replicas":0,"serviceName":"x","selector":{"matchLabels":{"app":"x"}},"template":{"metadata":{"labels":{"app":"x"}},"spec":{"containers":[CONTAINER]}},"volumeClaimTemplates":[{"metadata":{"name":"v"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}]}}""".Replace("CONTAINER", Container, StringComparison.Ordinal)),
        ["job"] = ("/apis/batch/v1/namespaces/NS/jobs", """{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"x"},"spec":{"suspend":true,"template":{"spec":{"restartPolicy":"Never","containers":[CONTAINER],"volumes":[{"name":"v","emptyDir":{}}]}}}}""".Replace("CONTAINER", Container, StringComparison.Ordinal)),
        ["service"] = ("/api/v1/namespaces/NS/services", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},"spec":{"selector":{"a":"b"},"ports":[{"name":"a","port":80},{"name":"b","port":81}]}}"""),
        ["claim"] = ("/api/v1/namespaces/NS/persistentvolumeclaims", """{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"x"},"spec":{"storageClassName":"none","accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}"""),
        ["configmap"] = ("/api/v1/namespaces/NS/configmaps", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"immutable":true,"data":{"a":"b"}}"""),
        ["secret"] = ("/api/v1/namespaces/NS/secrets", """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"},"type":"kubernetes.io/tls","stringData":{"tls.crt":"a","tls.key":"b"}}"""),
        ["ingress"] = ("/apis/networking.k8s.io/v1/namespaces/NS/ingresses", """{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"x"},"spec":{"ingressClassName":"none","rules":[{"host":"a.example","http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":{"name":"x","port":{"number":80}}}}]}}]}}"""),
        ["role"] = ("/apis/rbac.authorization.k8s.io/v1/namespaces/NS/roles", """{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"x"},"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]}"""),
        ["rolebinding"] = ("/apis/rbac.authorization.k8s.io/v1/namespaces/NS/rolebindings", """{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"x"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"x"},"subjects":[{"kind":"User","name":"u"}]}"""),
    };

    [Theory]
    [InlineData("pod", "/metadata/name", "\"Bad_Name\"", "metadata.name: Invalid value: \"Bad_Name\": a lowercase RFC 1123 subdomain must consist of *")]
    [InlineData("service", "/metadata/name", "\"a.b\"", "metadata.name: Invalid value: \"a.b\": must not contain dots")]
    [InlineData("pod", "/metadata/labels", """{"a":"b c"}""", "metadata.labels: Invalid value: \"b c\": a valid label must be *")]
    [InlineData("pod", "/metadata/annotations", """{"a b":"c"}""", "metadata.annotations: Invalid value: \"a b\": name part must consist of *")]
    [InlineData("pod", "/spec/containers/-", """{"name":"c","image":"x"}""", "spec.containers[1].name: Duplicate value: \"c\"")]
    [InlineData("pod", "/spec/containers/0/name", "\"C_\"", "spec.containers[0].name: Invalid value: \"C_\": a lowercase RFC 1123 label must consist of *")]
    [InlineData("pod", "/spec/containers/0/image", "\"\"", "spec.containers[0].image: Required value")]
    [InlineData("pod", "/spec/containers", "[]", "spec.containers: Required value")]
    [InlineData("pod", "/spec/containers/0/ports/0/containerPort", "70000", "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive")]
    [InlineData("pod", "/spec/containers/0/ports/-", """{"containerPort":81,"name":"http"}""", "spec.containers[0].ports[1].name: Duplicate value: \"http\"")]
    [InlineData("pod", "/spec/containers/0/env/0/name", "\"a=b\"", "spec.containers[0].env[0].name: Invalid value: \"a=b\": a valid environment variable name must consist only of printable ASCII characters other than '='")]
    [InlineData("pod", "/spec/containers/0/resources/requests/cpu", "\"3\"", "spec.containers[0].resources.requests: Invalid value: \"3\": must be less than or equal to cpu limit of 2")]
    [InlineData("pod", "/spec/containers/0/resources/requests/memory", "\"-1\"", "spec.containers[0].resources.requests[memory]: Invalid value: \"-1\": must be greater than or equal to 0")]
    [InlineData("pod", "/spec/containers/0/volumeMounts/0/name", "\"w\"", "spec.containers[0].volumeMounts[0].name: Not found: \"w\"")]
    [InlineData("pod", "/spec/volumes/-", """{"name":"v","emptyDir":{}}""", "spec.volumes[1].name: Duplicate value: \"v\"")]
    [InlineData("pod", "/spec/containers/0/livenessProbe", """{"periodSeconds":1}""", "spec.containers[0].livenessProbe: Required value: must specify a handler type")]
    [InlineData("pod", "/spec/containers/0/imagePullPolicy", "\"Sometimes\"", "spec.containers[0].imagePullPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"IfNotPresent\", \"Never\"")]
    [InlineData("deployment", "/spec/template/metadata/labels", """{"app":"y"}""", "spec.template.metadata.labels: Invalid value: {\"app\":\"y\"}: `selector` does not match template `labels`")]
    [InlineData("deployment", "/spec/template/spec/restartPolicy", "\"Never\"", "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"")]
    [InlineData("deployment", "/spec/replicas", "-1", "spec.replicas: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("deployment", "/spec/strategy/rollingUpdate", """{"maxSurge":0,"maxUnavailable":0}""", "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0")]
    [InlineData("statefulset", "/spec/template/spec/containers/0/volumeMounts/0/name", "\"w\"", "spec.template.spec.containers[0].volumeMounts[0].name: Not found: \"w\"")]
    [InlineData("statefulset", "/spec/volumeClaimTemplates/0/spec/resources", "{}", "spec.volumeClaimTemplates[0].spec.resources[storage]: Required value")]
    [InlineData("job", "/spec/template/spec/restartPolicy", "\"Always\"", "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"")]
    [InlineData("service", "/spec/ports/1/name", "\"a\"", "spec.ports[1].name: Duplicate value: \"a\"")]
    [InlineData("service", "/spec/ports/0/port", "0", "[spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive, spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive]")]
    [InlineData("service", "/spec/type", "\"Odd\"", "spec.type: Unsupported value: \"Odd\": supported values: \"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"")]
    [InlineData("claim", "/spec/accessModes", "[]", "spec.accessModes: Required value: at least 1 access mode is required")]
    [InlineData("claim", "/spec/resources/requests/storage", "\"0\"", "spec.resources[storage]: Invalid value: \"0\": must be greater than zero")]
    [InlineData("configmap", "/data", """{"a b":"c"}""", "data[a b]: Invalid value: \"a b\": a valid config key must consist of *")]
    [InlineData("secret", "/stringData", """{"tls.crt":"a"}""", "data[tls.key]: Required value")]
    [InlineData("ingress", "/spec/rules/0/http/paths/0/path", "\"x\"", "spec.rules[0].http.paths[0].path: Invalid value: \"x\": must be an absolute path")]
    [InlineData("ingress", "/spec/rules/0/http/paths/0/pathType", "\"Odd\"", "spec.rules[0].http.paths[0].pathType: Unsupported value: \"Odd\": supported values: \"Exact\", \"ImplementationSpecific\", \"Prefix\"")]
    [InlineData("role", "/rules/0/verbs", "[]", "rules[0].verbs: Required value: verbs must contain at least one value")]
    [InlineData("rolebinding", "/roleRef/kind", "\"Odd\"", "roleRef.kind: Unsupported value: \"Odd\": supported values: \"Role\", \"ClusterRole\"")]
    public async Task What_is_wrong_is_refused_in_the_words_of_the_real_one(string kind, string place, string value, string why)
    {
        var ns = await shared.Cluster.NamespaceAsync();
        var given = JsonNode.Parse(Kinds[kind].Content)!;
        var taken = await PostAsync(kind, ns, given, "?dryRun=All");
        taken.Code.ShouldBe(201, taken.Text);

        Put(given, place, JsonNode.Parse(value));
        var refused = await PostAsync(kind, ns, given, "?dryRun=All");
        refused.Code.ShouldBe(422, refused.Text);
        refused.Body.Text("reason").ShouldBe("Invalid");
        var expected = $"\"{given.Text("metadata", "name")}\" is invalid: {why}";
        (why.EndsWith('*') ? refused.Message.Contains(expected[..^1], StringComparison.Ordinal) : refused.Message.EndsWith(expected, StringComparison.Ordinal)).ShouldBeTrue($"{refused.Message}\ninstead of\n{expected}");
        refused.Causes.ShouldNotBeEmpty();
        refused.Causes.ShouldAllBe(cause => refused.Message.Contains($"{cause.Field}: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("deployment", """{"spec":{"selector":{"matchLabels":{"app":"y"}},"template":{"metadata":{"labels":{"app":"y"}}}}}""", "spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"y\"}}: field is immutable", """{"spec":{"paused":true}}""")]
    [InlineData("statefulset", """{"spec":{"serviceName":"y"}}""", "spec: Forbidden: updates to statefulset spec for fields other than *", """{"spec":{"minReadySeconds":1}}""")]
    [InlineData("service", """{"spec":{"clusterIP":"10.96.9.9"}}""", "spec.clusterIPs[0]: Invalid value: [\"10.96.9.9\"]: may not change once set", """{"spec":{"selector":{"a":"c"}}}""")]
    [InlineData("job", """{"spec":{"template":{"spec":{"restartPolicy":"OnFailure"}}}}""", "spec.template: Invalid value: *", """{"spec":{"parallelism":2}}""")]
    [InlineData("claim", """{"spec":{"accessModes":["ReadWriteMany"]}}""", "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims", """{"metadata":{"labels":{"a":"b"}}}""")]
    [InlineData("configmap", """{"data":{"a":"c"}}""", "data: Forbidden: field is immutable when `immutable` is set", """{"metadata":{"labels":{"a":"b"}}}""")]
    [InlineData("secret", """{"type":"Opaque"}""", "type: Invalid value: \"Opaque\": field is immutable", """{"data":{"more":"eA=="}}""")]
    [InlineData("rolebinding", """{"roleRef":{"name":"y"}}""", "roleRef: Invalid value: {\"APIGroup\":\"rbac.authorization.k8s.io\",\"Kind\":\"Role\",\"Name\":\"y\"}: cannot change roleRef", """{"subjects":[{"kind":"User","name":"w"}]}""")]
    [InlineData("pod", """{"spec":{"restartPolicy":"Never"}}""", "spec: Forbidden: pod updates may not change fields other than *", """{"spec":{"activeDeadlineSeconds":9}}""")]
    [InlineData("configmap", """{"metadata":{"uid":"11111111-1111-1111-1111-111111111111"}}""", "metadata.uid: Invalid value: \"11111111-1111-1111-1111-111111111111\": field is immutable", """{"metadata":{"annotations":{"a":"b"}}}""")]
    public async Task What_cannot_change_is_refused_and_what_can_is_not(string kind, string change, string why, string allowed)
    {
        var ns = await shared.Cluster.NamespaceAsync();
        var made = await PostAsync(kind, ns, JsonNode.Parse(Kinds[kind].Content)!);
        made.Code.ShouldBe(201, made.Text);
        var path = $"{Kinds[kind].Path.Replace("NS", ns, StringComparison.Ordinal)}/x";
        var refused = await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Patch, path, change, "application/merge-patch+json");
        refused.Code.ShouldBe(422, refused.Text);
        refused.Message.ShouldContain($"\"x\" is invalid: {why.TrimEnd('*')}");
        var taken = await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Patch, path, allowed, "application/merge-patch+json");
        taken.Code.ShouldBe(200, taken.Text);
    }

    [Fact]
    public async Task Amounts_are_stored_in_their_shortest_form_and_what_is_none_cannot_be_read()
    {
        var ns = await shared.Cluster.NamespaceAsync();
        var given = JsonNode.Parse(Kinds["pod"].Content)!;
        given["spec"]!["containers"]![0]!["resources"] = JsonNode.Parse("""{"limits":{"cpu":0.5,"memory":"1024Mi"},"requests":{"memory":"0.5Gi"}}""");
        var resources = (await PostAsync("pod", ns, given, "?dryRun=All")).Body!["spec"]!["containers"]![0]!["resources"];
        (resources.Text("limits", "cpu"), resources.Text("limits", "memory"), resources.Text("requests", "memory"), resources.Text("requests", "cpu")).ShouldBe(("500m", "1Gi", "512Mi", "500m"));

        given["spec"]!["containers"]![0]!["resources"] = JsonNode.Parse("""{"limits":{"cpu":"much"}}""");
        var refused = await PostAsync("pod", ns, given, "?dryRun=All");
        (refused.Code, refused.Message).ShouldBe((400, "Pod in version \"v1\" cannot be handled as a Pod: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"));
    }

    private Task<ApiAnswer> PostAsync(string kind, string ns, JsonNode given, string query = "") =>
        ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Post, Kinds[kind].Path.Replace("NS", ns, StringComparison.Ordinal) + query, given.ToJsonString());

    private static void Put(JsonNode root, string place, JsonNode? value)
    {
        string[] steps = place[1..].Split('/');
        foreach (var step in steps[..^1])
        {
            root = int.TryParse(step, out var index) ? root[index]! : root[step]!;
        }

        if (root is JsonArray list && steps[^1] == "-")
        {
            list.Add(value);
        }
        else
        {
            root[steps[^1]] = value;
        }
    }
}
