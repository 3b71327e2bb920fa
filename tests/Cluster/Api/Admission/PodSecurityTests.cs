using k8s;
using k8s.Models;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Tests.Api.Admission;

/// <summary>Messages are those of kube-apiserver 1.36.</summary>
public sealed class PodSecurityTests(PlainCluster shared) : IClassFixture<PlainCluster>
{
    private const string Violations =
        "allowPrivilegeEscalation != false (container \"c\" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container \"c\" must set securityContext.capabilities.drop=[\"ALL\"]), "
        + "runAsNonRoot != true (pod or container \"c\" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container \"c\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")";

    private const string Confined = """{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]},"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restricted_namespace_refuses_what_is_not_and_takes_what_is()
    {
        var ns = await NamespaceAsync(("enforce", "restricted"));
        var refused = await PodAsync(ns, Pod());
        refused.Code.ShouldBe(403);
        refused.Message.ShouldBe($"pods \"p\" is forbidden: violates PodSecurity \"restricted:latest\": {Violations}");
        refused.Body.Text("reason").ShouldBe("Forbidden");

        var taken = await PodAsync(ns, Pod(Confined));
        taken.Code.ShouldBe(201, taken.Text);
        taken.Warnings.ShouldBeEmpty();

        // Where nothing is asked, nothing is said.
        (await PodAsync(await NamespaceAsync(), Pod())).ShouldSatisfyAllConditions(free => free.Code.ShouldBe(201), free => free.Warnings.ShouldBeEmpty());
    }

    [Theory]
    [InlineData("baseline", "{}", null)]
    [InlineData("baseline", """{"privileged":true}""", "violates PodSecurity \"baseline:latest\": privileged (container \"c\" must not set securityContext.privileged=true)")]
    [InlineData("baseline", """{"capabilities":{"add":["SYS_ADMIN","CHOWN"]}}""", "violates PodSecurity \"baseline:latest\": non-default capabilities (container \"c\" must not include \"SYS_ADMIN\" in securityContext.capabilities.add)")]
    [InlineData("baseline", """{"seccompProfile":{"type":"Unconfined"}}""", "violates PodSecurity \"baseline:latest\": seccompProfile (container \"c\" must not set securityContext.seccompProfile.type to \"Unconfined\")")]
    [InlineData("restricted:v1.20", """{"allowPrivilegeEscalation":false,"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"},"runAsUser":0}""", null)]
    [InlineData("restricted:v1.24", """{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]},"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"},"runAsUser":0}""", "violates PodSecurity \"restricted:v1.24\": runAsUser=0 (container \"c\" must not set runAsUser=0)")]
    public async Task A_level_asks_what_its_version_asked(string standard, string security, string? why)
    {
        var parts = standard.Split(':');
        var ns = await NamespaceAsync([("enforce", parts[0]), .. parts.Length > 1 ? [("enforce-version", parts[1])] : ((string, string)[])[]]);
        var answer = await PodAsync(ns, Pod(security));
        answer.Code.ShouldBe(why is null ? 201 : 403, answer.Text);
        if (why is not null)
        {
            answer.Message.ShouldBe($"pods \"p\" is forbidden: {why}");
        }
    }

    [Fact]
    public async Task Templates_are_warned_of_and_the_pods_of_a_controller_refused()
    {
        var ns = await NamespaceAsync(("enforce", "restricted"));
        var made = await DeploymentAsync(ns, "wrong", "{}");
        made.Code.ShouldBe(201, made.Text);
        made.Warnings.ShouldBe([$"299 - \"{$"would violate PodSecurity \"restricted:latest\": {Violations}".Replace("\"", "\\\"", StringComparison.Ordinal)}\""]);
        (await DeploymentAsync(ns, "right", Confined)).Warnings.ShouldBeEmpty();

        var core = shared.Cluster.Client.CoreV1;
        await Eventually.TrueAsync("the pod of the right one", async () => (await core.ListNamespacedPodAsync(ns, cancellationToken: Cancellation)).Items.Any(pod => pod.Name().StartsWith("right-", StringComparison.Ordinal)));
        await Eventually.TrueAsync("the refusal of the other's", async () => (await core.ListNamespacedEventAsync(ns, cancellationToken: Cancellation)).Items
            .Any(one => one.Reason == "FailedCreate" && one.Message.EndsWith($"violates PodSecurity \"restricted:latest\": {Violations}", StringComparison.Ordinal)));
        (await core.ListNamespacedPodAsync(ns, cancellationToken: Cancellation)).Items.ShouldNotContain(pod => pod.Name().StartsWith("wrong-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Labels_that_cannot_be_read_are_refused_and_who_tightens_is_told_of_the_pods_there()
    {
        var ns = await NamespaceAsync();
        (await PodAsync(ns, Pod())).Code.ShouldBe(201);
        var wrong = await LabelAsync(ns, """{"pod-security.kubernetes.io/enforce":"strict","pod-security.kubernetes.io/warn-version":"1.30"}""");
        wrong.Code.ShouldBe(422);
        wrong.Causes.ShouldBe([("metadata.labels[pod-security.kubernetes.io/enforce]", "FieldValueInvalid"), ("metadata.labels[pod-security.kubernetes.io/warn-version]", "FieldValueInvalid")]);
        (await LabelAsync(ns, """{"pod-security.kubernetes.io/enforce":"baseline"}""")).Warnings.ShouldBeEmpty();
        (await LabelAsync(ns, """{"pod-security.kubernetes.io/enforce":"restricted"}""")).Warnings.ShouldBe(
        [
            $"299 - \"existing pods in namespace \\\"{ns}\\\" violate the new PodSecurity enforce level \\\"restricted:latest\\\"\"",
            "299 - \"p: allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile\"",
        ]);
    }

    /// <summary>deploy/kustomize says that its pods are fit for the restricted standard.</summary>
    [Fact]
    public async Task The_pods_of_the_kustomization_are_taken_in_its_restricted_namespace()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Kubectl.FindAsync(cluster);

        // Nothing has to run for this.
        await kubectl.RunAsync("cordon", "tempocos");
        foreach (var folder in (string[])["base", "run"])
        {
            var (code, output) = await kubectl.InvokeAsync(null, "apply", "-k", Path.Combine(TestCluster.Repository, "deploy", "kustomize", folder));
            code.ShouldBe(0, output);
            output.ShouldNotContain("would violate");
        }

        var core = cluster.Client.CoreV1;
        await Eventually.TrueAsync("the pods of four services and of the Job", async () => (await core.ListNamespacedPodAsync("tempocos", cancellationToken: Cancellation)).Items.Count == 5);
        var (refusedCode, refusal) = await kubectl.InvokeAsync(null, "run", "wrong", "-n", "tempocos", "--image", "example.com/none:1");
        refusedCode.ShouldNotBe(0);
        refusal.ShouldContain("violates PodSecurity \"restricted:latest\"");
    }

    private static string Pod(string security = "{}") =>
        """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"nodeName":"elsewhere","containers":[{"name":"c","image":"example.com/none:1","securityContext":SECURITY}]}}""".Replace("SECURITY", security, StringComparison.Ordinal);

    private async Task<string> NamespaceAsync(params (string Name, string Value)[] labels) =>
        (await shared.Cluster.Client.CoreV1.CreateNamespaceAsync(
            new V1Namespace { Metadata = new V1ObjectMeta { GenerateName = "test-", Labels = labels.ToDictionary(one => $"pod-security.kubernetes.io/{one.Name}", one => one.Value) } }, cancellationToken: Cancellation)).Name();

    private Task<ApiAnswer> PodAsync(string ns, string pod) => ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Post, $"/api/v1/namespaces/{ns}/pods", pod);

    private Task<ApiAnswer> LabelAsync(string ns, string labels) =>
        ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Patch, $"/api/v1/namespaces/{ns}", """{"metadata":{"labels":LABELS}}""".Replace("LABELS", labels, StringComparison.Ordinal), "application/merge-patch+json");

    private Task<ApiAnswer> DeploymentAsync(string ns, string name, string security) => ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Post, $"/apis/apps/v1/namespaces/{ns}/deployments",
        """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"NAME"},"spec":{"selector":{"matchLabels":{"app":"NAME"}},"template":{"metadata":{"labels":{"app":"NAME"}},"spec":{"containers":[{"name":"c","image":"example.com/none:1","securityContext":SECURITY}]}}}}""".Replace("SECURITY", security, StringComparison.Ordinal).Replace("NAME", name, StringComparison.Ordinal));
}
