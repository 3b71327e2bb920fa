using System.Text;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Tests.Api.Admission;

public sealed class WebhookTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mutating_webhook_changes_what_it_covers_and_nothing_else()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        await using var webhook = await TestWebhook.StartAsync(asked => new JsonObject
        {
            ["allowed"] = true,
            ["warnings"] = new JsonArray("mind the gap"),
            ["patchType"] = "JSONPatch",
            ["patch"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($$$"""[{"op":"add","path":"/data","value":{"operation":"{{{asked.Text("operation")}}}"}}]""")),
        });
        var (covered, other) = (await cluster.NamespaceAsync(), await cluster.NamespaceAsync());
        await cluster.Client.AdmissionregistrationV1.CreateMutatingWebhookConfigurationAsync(new V1MutatingWebhookConfiguration
        {
            Metadata = new V1ObjectMeta { Name = "fills" },
            Webhooks =
            [
                new V1MutatingWebhook
                {
                    Name = "fills.example.com",
                    AdmissionReviewVersions = ["v1"],
                    SideEffects = "None",
                    ClientConfig = new Admissionregistrationv1WebhookClientConfig { Url = webhook.Url, CaBundle = webhook.Authority },
                    Rules = [new V1RuleWithOperations { ApiGroups = [""], ApiVersions = ["v1"], Operations = ["CREATE", "UPDATE"], Resources = ["configmaps"] }],
                    NamespaceSelector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["kubernetes.io/metadata.name"] = covered } },
                },
            ],
        }, cancellationToken: Cancellation);
        var stored = await cluster.Client.AdmissionregistrationV1.ReadMutatingWebhookConfigurationAsync("fills", cancellationToken: Cancellation);
        (stored.Webhooks[0].FailurePolicy, stored.Webhooks[0].TimeoutSeconds, stored.Webhooks[0].ReinvocationPolicy, stored.Webhooks[0].Rules[0].Scope).ShouldBe(("Fail", 10, "Never", "*"));

        var core = cluster.Client.CoreV1;
        var created = await core.CreateNamespacedConfigMapWithHttpMessagesAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "one" } }, covered, cancellationToken: Cancellation);
        created.Body.Data["operation"].ShouldBe("CREATE");
        created.Response.Headers.GetValues("Warning").ShouldContain("299 - \"mind the gap\"");
        var changed = await core.PatchNamespacedConfigMapAsync(new V1Patch("""{"metadata":{"labels":{"a":"b"}}}""", V1Patch.PatchType.MergePatch), "one", covered, cancellationToken: Cancellation);
        changed.Data["operation"].ShouldBe("UPDATE");
        changed.Metadata.Labels["a"].ShouldBe("b");

        (await core.CreateNamespacedConfigMapAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "one" } }, other, cancellationToken: Cancellation)).Data.ShouldBeNull();
        (await core.CreateNamespacedSecretAsync(new V1Secret { Metadata = new V1ObjectMeta { Name = "one" } }, covered, cancellationToken: Cancellation)).Data.ShouldBeNull();

        webhook.Asked.Count.ShouldBe(2);
        var (first, second) = (webhook.Asked[0], webhook.Asked[1]);
        (first.Text("name"), first.Text("namespace"), first.Text("resource", "resource"), first.Text("kind", "kind"), first.Text("userInfo", "username")).ShouldBe(("one", covered, "configmaps", "ConfigMap", "tempocos-admin"));
        first.At("oldObject").ShouldBeNull();
        second.Text("oldObject", "data", "operation").ShouldBe("CREATE");
    }

    [Fact]
    public async Task A_mutating_webhook_sees_what_is_filled_in_and_what_it_adds_is_filled_in_too()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        await using var webhook = await TestWebhook.StartAsync(_ => new JsonObject
        {
            ["allowed"] = true,
            ["patchType"] = "JSONPatch",
            ["patch"] = Convert.ToBase64String(Encoding.UTF8.GetBytes("""[{"op":"add","path":"/spec/containers/-","value":{"name":"sidecar","image":"example.com/none:1"}}]""")),
        });
        var ns = await cluster.NamespaceAsync();
        await cluster.Client.AdmissionregistrationV1.CreateMutatingWebhookConfigurationAsync(new V1MutatingWebhookConfiguration
        {
            Metadata = new V1ObjectMeta { Name = "injects" },
            Webhooks =
            [
                new V1MutatingWebhook
                {
                    Name = "injects.example.com",
                    AdmissionReviewVersions = ["v1"],
                    SideEffects = "None",
                    ClientConfig = new Admissionregistrationv1WebhookClientConfig { Url = webhook.Url, CaBundle = webhook.Authority },
                    Rules = [new V1RuleWithOperations { ApiGroups = [""], ApiVersions = ["v1"], Operations = ["CREATE"], Resources = ["pods"] }],
                },
            ],
        }, cancellationToken: Cancellation);
        var pod = new V1Pod { Metadata = new V1ObjectMeta { Name = "one" }, Spec = new V1PodSpec { NodeName = "elsewhere", Containers = [new V1Container { Name = "main", Image = "example.com/none:1" }] } };
        var made = await cluster.Client.CoreV1.CreateNamespacedPodAsync(pod, ns, cancellationToken: Cancellation);

        var seen = webhook.Asked.Single();
        (seen.Text("object", "spec", "dnsPolicy"), seen.Text("object", "spec", "serviceAccountName"), seen.Text("object", "spec", "schedulerName")).ShouldBe(("ClusterFirst", "default", "default-scheduler"));
        seen.At("object")!["spec"]!["containers"]!.AsArray().Count.ShouldBe(1);
        made.Spec.Containers.Select(container => (container.Name, container.TerminationMessagePolicy)).ShouldBe([("main", "File"), ("sidecar", "File")]);
    }

    [Fact]
    public async Task A_validating_webhook_refuses_in_its_words_and_its_absence_counts_as_its_policy_says()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var webhook = await TestWebhook.StartAsync(asked => new JsonObject
        {
            ["allowed"] = asked.Text("name") != "no",
            ["status"] = new JsonObject { ["code"] = 403, ["reason"] = "Forbidden", ["message"] = "not this one" },
        });
        var ns = await cluster.NamespaceAsync();
        var (core, registration) = (cluster.Client.CoreV1, cluster.Client.AdmissionregistrationV1);
        var configuration = await registration.CreateValidatingWebhookConfigurationAsync(new V1ValidatingWebhookConfiguration
        {
            Metadata = new V1ObjectMeta { Name = "refuses" },
            Webhooks =
            [
                new V1ValidatingWebhook
                {
                    Name = "refuses.example.com",
                    AdmissionReviewVersions = ["v1"],
                    SideEffects = "Some",
                    ClientConfig = new Admissionregistrationv1WebhookClientConfig { Url = webhook.Url, CaBundle = webhook.Authority },
                    Rules = [new V1RuleWithOperations { ApiGroups = ["*"], ApiVersions = ["*"], Operations = ["*"], Resources = ["configmaps"] }],
                },
            ],
        }, cancellationToken: Cancellation);

        var refused = await TestCluster.RefusedAsync(() => CreateAsync("no"));
        (refused.Code, refused.Reason, refused.Message).ShouldBe((403, "Forbidden", "admission webhook \"refuses.example.com\" denied the request: not this one"));
        await CreateAsync("yes");
        (await TestCluster.RefusedAsync(() => CreateAsync("dry", "All"))).Message.ShouldBe("admission webhook \"refuses.example.com\" does not support dry run");
        await core.DeleteNamespacedConfigMapAsync("yes", ns, cancellationToken: Cancellation);
        webhook.Asked.Select(asked => asked.Text("operation")).ShouldBe(["CREATE", "CREATE", "DELETE"]);
        webhook.Asked[2].Text("oldObject", "metadata", "name").ShouldBe("yes");

        // A certificate of somebody else's is no webhook, and neither is one that is gone.
        await using (var stranger = await TestWebhook.StartAsync(_ => new JsonObject { ["allowed"] = true }))
        {
            configuration.Webhooks[0].ClientConfig.CaBundle = stranger.Authority;
            configuration = await registration.ReplaceValidatingWebhookConfigurationAsync(configuration, "refuses", cancellationToken: Cancellation);
            var untrusted = await TestCluster.RefusedAsync(() => CreateAsync("two"));
            untrusted.Message.ShouldStartWith($"Internal error occurred: failed calling webhook \"refuses.example.com\": failed to call webhook: Post \"{webhook.Url}?timeout=10s\": ");
        }

        await webhook.DisposeAsync();
        (await TestCluster.RefusedAsync(() => CreateAsync("two"))).Code.ShouldBe(500);
        configuration.Webhooks[0].FailurePolicy = "Ignore";
        await registration.ReplaceValidatingWebhookConfigurationAsync(configuration, "refuses", cancellationToken: Cancellation);
        await CreateAsync("two");

        Task CreateAsync(string name, string? dryRun = null) =>
            core.CreateNamespacedConfigMapAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = name } }, ns, dryRun: dryRun, cancellationToken: Cancellation);
    }

    [Fact]
    public async Task A_webhook_behind_a_service_that_is_not_there_is_named_where_its_selector_lets_it_be_asked()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var ns = await cluster.NamespaceAsync();
        await cluster.Client.AdmissionregistrationV1.CreateValidatingWebhookConfigurationAsync(new V1ValidatingWebhookConfiguration
        {
            Metadata = new V1ObjectMeta { Name = "gone" },
            Webhooks =
            [
                new V1ValidatingWebhook
                {
                    Name = "gone.example.com",
                    AdmissionReviewVersions = ["v1"],
                    SideEffects = "None",
                    ClientConfig = new Admissionregistrationv1WebhookClientConfig { Service = new Admissionregistrationv1ServiceReference { Name = "hook", NamespaceProperty = ns, Path = "/check" } },
                    Rules = [new V1RuleWithOperations { ApiGroups = ["", "storage.k8s.io"], ApiVersions = ["v1"], Operations = ["CREATE"], Resources = ["*"] }],
                    NamespaceSelector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["kubernetes.io/metadata.name"] = ns } },
                },
            ],
        }, cancellationToken: Cancellation);

        var refused = await TestCluster.RefusedAsync(() =>
            cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "one" } }, ns, cancellationToken: Cancellation));
        refused.Message.ShouldBe($"Internal error occurred: failed calling webhook \"gone.example.com\": failed to call webhook: Post \"https://hook.{ns}.svc:443/check?timeout=10s\": service \"hook\" not found");

        // What is in no namespace is never left out by a selector of namespaces; other namespaces are.
        (await TestCluster.RefusedAsync(() => cluster.Client.StorageV1.CreateStorageClassAsync(new V1StorageClass { Metadata = new V1ObjectMeta { Name = "one" }, Provisioner = "example.com/none" }, cancellationToken: Cancellation)))
            .Message.ShouldBe(refused.Message);
        await cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "one" } }, "default", cancellationToken: Cancellation);
    }
}
