using System.Net;
using System.Net.Http.Headers;
using k8s;
using k8s.Models;

namespace TempoCos.Cluster.Tests;

public sealed class ObjectTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Objects_are_created_read_replaced_and_deleted()
    {
        await using var cluster = await TestCluster.StartAsync();
        var ns = await cluster.NamespaceAsync();
        var core = cluster.Client.CoreV1;

        var created = await core.CreateNamespacedSecretAsync(Secret("one", "a"), ns, cancellationToken: Cancellation);
        created.Uid().ShouldNotBeNullOrEmpty();
        created.CreationTimestamp().ShouldNotBeNull();
        created.Data["key"].ShouldBe("a"u8.ToArray());
        created.StringData.ShouldBeNull();

        created.Data["key"] = "b"u8.ToArray();
        var replaced = await core.ReplaceNamespacedSecretAsync(created, "one", ns, cancellationToken: Cancellation);
        replaced.ResourceVersion().ShouldNotBe(created.ResourceVersion());
        replaced.Uid().ShouldBe(created.Uid());
        (await core.ReadNamespacedSecretAsync("one", ns, cancellationToken: Cancellation)).Data["key"].ShouldBe("b"u8.ToArray());

        await core.DeleteNamespacedSecretAsync("one", ns, cancellationToken: Cancellation);
        var missing = await TestCluster.RefusedAsync(() => core.ReadNamespacedSecretAsync("one", ns, cancellationToken: Cancellation));
        missing.Code.ShouldBe(404);
        missing.Message.ShouldBe("secrets \"one\" not found");
    }

    [Fact]
    public async Task A_write_from_an_old_version_is_a_conflict_and_one_without_a_version_is_not()
    {
        await using var cluster = await TestCluster.StartAsync();
        var ns = await cluster.NamespaceAsync();
        var core = cluster.Client.CoreV1;
        var old = await core.CreateNamespacedSecretAsync(Secret("one", "a"), ns, cancellationToken: Cancellation);
        await core.ReplaceNamespacedSecretAsync(Secret("one", "b"), "one", ns, cancellationToken: Cancellation);

        var conflict = await TestCluster.RefusedAsync(() => core.ReplaceNamespacedSecretAsync(old, "one", ns, cancellationToken: Cancellation));
        conflict.Code.ShouldBe(409);
        conflict.Reason.ShouldBe("Conflict");
        conflict.Message.ShouldBe("Operation cannot be fulfilled on secrets \"one\": the object has been modified; please apply your changes to the latest version and try again");

        var again = await TestCluster.RefusedAsync(() => core.CreateNamespacedSecretAsync(Secret("one", "c"), ns, cancellationToken: Cancellation));
        again.Code.ShouldBe(409);
        again.Reason.ShouldBe("AlreadyExists");
    }

    [Fact]
    public async Task Lists_are_selected_by_labels_and_fields()
    {
        await using var cluster = await TestCluster.StartAsync();
        var ns = await cluster.NamespaceAsync();
        var core = cluster.Client.CoreV1;
        foreach (var (name, tier) in (ReadOnlySpan<(string, string)>)[("a", "front"), ("b", "back"), ("c", "back")])
        {
            var secret = Secret(name, "x");
            secret.Metadata.Labels = new Dictionary<string, string> { ["tier"] = tier };
            core.CreateNamespacedSecret(secret, ns);
        }

        (await Names(labels: "tier=back")).ShouldBe(["b", "c"]);
        (await Names(labels: "tier!=back")).ShouldBe(["a"]);
        (await Names(labels: "tier in (front,middle)")).ShouldBe(["a"]);
        (await Names(labels: "!tier")).ShouldBeEmpty();
        (await Names(fields: "metadata.name=b")).ShouldBe(["b"]);
        (await Names(labels: "tier=back", fields: "metadata.name!=b")).ShouldBe(["c"]);

        async Task<string[]> Names(string? labels = null, string? fields = null) =>
            [.. (await core.ListNamespacedSecretAsync(ns, labelSelector: labels, fieldSelector: fields, cancellationToken: Cancellation)).Items.Select(item => item.Name())];
    }

    [Fact]
    public async Task What_cannot_be_is_refused_in_the_words_of_Kubernetes()
    {
        await using var cluster = await TestCluster.StartAsync();
        var core = cluster.Client.CoreV1;

        var nowhere = await TestCluster.RefusedAsync(() => core.CreateNamespacedSecretAsync(Secret("one", "a"), "nowhere", cancellationToken: Cancellation));
        nowhere.Code.ShouldBe(404);
        nowhere.Message.ShouldBe("namespaces \"nowhere\" not found");

        var name = await TestCluster.RefusedAsync(() => core.CreateNamespacedSecretAsync(Secret("Not_A_Name", "a"), "default", cancellationToken: Cancellation));
        name.Code.ShouldBe(422);
        name.Reason.ShouldBe("Invalid");
        name.Message.ShouldStartWith("Secret \"Not_A_Name\" is invalid: metadata.name: Invalid value: \"Not_A_Name\": a lowercase RFC 1123 subdomain");
        name.Details.Causes[0].Field.ShouldBe("metadata.name");
    }

    [Fact]
    public async Task Without_the_token_only_health_is_told_and_with_a_wrong_one_nothing_else()
    {
        await using var cluster = await TestCluster.StartAsync();
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        using var http = new HttpClient(handler) { BaseAddress = cluster.Url };

        using var refused = await http.GetAsync(new Uri("/api/v1/namespaces", UriKind.Relative), Cancellation);
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        KubernetesJson.Deserialize<V1Status>(await refused.Content.ReadAsStringAsync(Cancellation)).Message.ShouldContain("User \"system:anonymous\" cannot list");

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");
        using var wrong = await http.GetAsync(new Uri("/version", UriKind.Relative), Cancellation);
        wrong.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        foreach (var path in (string[])["/healthz", "/readyz", "/livez"])
        {
            using var health = await http.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
            health.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        // Health probes of other programs speak plain HTTP.
        using var plain = await http.GetAsync(new UriBuilder(cluster.Url) { Scheme = "http", Path = "/healthz" }.Uri, Cancellation);
        plain.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_generation_counts_changes_of_the_specification_and_nothing_else()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var ns = await cluster.NamespaceAsync();
        var networking = cluster.Client.NetworkingV1;
        var ingress = await networking.CreateNamespacedIngressAsync(
            new V1Ingress
            {
                Metadata = new V1ObjectMeta { Name = "one" },
                Spec = new V1IngressSpec { DefaultBackend = new V1IngressBackend { Service = new V1IngressServiceBackend { Name = "x", Port = new V1ServiceBackendPort { Number = 80 } } } },
            }, ns, cancellationToken: Cancellation);
        ingress.Metadata.Generation.ShouldBe(1);

        ingress.Metadata.Labels = new Dictionary<string, string> { ["a"] = "b" };
        ingress = await networking.ReplaceNamespacedIngressAsync(ingress, "one", ns, cancellationToken: Cancellation);
        ingress.Metadata.Generation.ShouldBe(1);

        ingress.Spec.IngressClassName = "other";
        ingress = await networking.ReplaceNamespacedIngressAsync(ingress, "one", ns, cancellationToken: Cancellation);
        ingress.Metadata.Generation.ShouldBe(2);
    }

    [Fact]
    public async Task Secrets_can_be_there_from_the_start()
    {
        await using var cluster = await TestCluster.StartAsync("kube-system/creds:apiKey=k=1", "kube-system/creds:region=eu-de", "other/second:a=b");
        var creds = await cluster.Client.CoreV1.ReadNamespacedSecretAsync("creds", "kube-system", cancellationToken: Cancellation);
        creds.Data["apiKey"].ShouldBe("k=1"u8.ToArray());
        creds.Data["region"].ShouldBe("eu-de"u8.ToArray());
        (await cluster.Client.CoreV1.ReadNamespacedSecretAsync("second", "other", cancellationToken: Cancellation)).Data.Keys.ShouldBe(["a"]);
    }

    private static V1Secret Secret(string name, string value) =>
        new() { Metadata = new V1ObjectMeta { Name = name }, StringData = new Dictionary<string, string> { ["key"] = value } };
}
