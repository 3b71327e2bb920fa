using System.Net;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Ledgers;

namespace TempoCos.TempoStackDeployer.Tests.Clusters;

[Collection(SandboxCluster.Some)]
public sealed class ObjectApplyTests : IAsyncLifetime
{
    private const string Namespace = "tempocos-objects";

    private SandboxCluster _cluster = null!;
    private ClusterConnection _connection = null!;
    private RunLedger _ledger = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        _connection = await ConnectAsync();
        _ledger = new LedgerDirectory(Options.Create(new DeployerOptions { Home = _cluster.Home }), TimeProvider.System).Open(Samples.Run);
        await _cluster.Client.CoreV1.CreateNamespaceAsync(
            new V1Namespace { Metadata = new V1ObjectMeta { Name = Namespace } }, cancellationToken: TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _cluster.DisposeAsync();
    }

    [Theory]
    [InlineData("v1", "ConfigMap", """{"data": {"a": "1"}}""")]
    [InlineData("v1", "Secret", """{"stringData": {"a": "1"}}""")]
    [InlineData("v1", "ServiceAccount", "{}")]
    [InlineData("rbac.authorization.k8s.io/v1", "Role", """{"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]}""")]
    [InlineData("tempo.grafana.com/v1alpha1", "TempoStack", """{"spec": {"storageSize": "1Gi", "template": {"queryFrontend": {"jaegerQuery": {"enabled": true}}}, "storage": {"secret": {"name": "none", "type": "s3"}}}}""")]
    public async Task Any_kind_is_applied_labelled_managed_and_in_the_ledger(string apiVersion, string kind, string content)
    {
        var applied = await ApplyAsync(Document(apiVersion, kind, content));

        var metadata = applied.Object["metadata"]!;
        metadata["labels"]![RunLabels.Run]!.ToString().ShouldBe(Samples.Run);
        metadata["managedFields"]!.AsArray().Select(field => field!["manager"]!.ToString()).ShouldContain("tempocos");
        var line = _ledger.Outstanding().ShouldHaveSingleItem();
        line.Id.ShouldBe(applied.Uid);
        line.Name.ShouldBe($"{Namespace}/thing");
        ObjectApply.Parse(line.Kind).ShouldBe((apiVersion, kind));
        (await ApplyAsync(Document(apiVersion, kind, content))).Uid.ShouldBe(applied.Uid, "what is there already stays the same object");
    }

    [Fact]
    public async Task What_is_applied_is_deleted_only_while_it_is_the_same_one()
    {
        var applied = await ApplyAsync(Document("v1", "ConfigMap", "{}"));
        var resource = await ApiObjects.ResourceAsync(_connection, "v1", "ConfigMap", TestContext.Current.CancellationToken);

        (await DeleteAsync("another-uid")).ShouldBeFalse();
        (await FindAsync()).ShouldNotBeNull();
        (await DeleteAsync(applied.Uid)).ShouldBeTrue();
        (await FindAsync()).ShouldBeNull();
        (await DeleteAsync(applied.Uid)).ShouldBeFalse();

        Task<bool> DeleteAsync(string uid) => ApiObjects.DeleteAsync(_connection, resource, Namespace, "thing", uid, "Background", TestContext.Current.CancellationToken);
        Task<JsonObject?> FindAsync() => ApiObjects.FindAsync(_connection, resource, Namespace, "thing", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        var dry = await ObjectApply.DryRunAsync(_connection, Document("v1", "ConfigMap", "{}"), Samples.Run, TestContext.Current.CancellationToken);

        dry.Object["kind"]!.ToString().ShouldBe("ConfigMap");
        (await _cluster.Client.CoreV1.ListNamespacedConfigMapAsync(Namespace, cancellationToken: TestContext.Current.CancellationToken)).Items.ShouldNotContain(item => item.Metadata.Name == "thing");
        _ledger.Outstanding().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_somebody_elses_is_left_alone()
    {
        await _cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(
            new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "thing" }, Data = new Dictionary<string, string> { ["a"] = "theirs" } }, Namespace,
            cancellationToken: TestContext.Current.CancellationToken);

        var refusal = await Should.ThrowAsync<DiagnosticException>(() => ApplyAsync(Document("v1", "ConfigMap", """{"data": {"a": "1"}}""")));

        refusal.Code.ShouldBe("TC327");
        refusal.Value.ShouldBe($"{Namespace}/thing");
        _ledger.Outstanding().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_field_of_another_manager_is_named_and_not_taken()
    {
        await ApplyAsync(Document("v1", "ConfigMap", """{"data": {"a": "1"}}"""));
        await _cluster.Client.CoreV1.PatchNamespacedConfigMapAsync(
            new V1Patch("""{"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "2"}}""", V1Patch.PatchType.ApplyPatch), "thing", Namespace,
            fieldManager: "somebody", force: true, cancellationToken: TestContext.Current.CancellationToken);

        var refusal = await Should.ThrowAsync<DiagnosticException>(() => ApplyAsync(Document("v1", "ConfigMap", """{"data": {"a": "3"}}""")));

        refusal.Code.ShouldBe("TC326");
        refusal.Reason.ShouldContain("somebody");
        refusal.Reason.ShouldContain("data.a");
        _ledger.Outstanding().ShouldHaveSingleItem().Id.ShouldNotBeEmpty();
        (await _cluster.Client.CoreV1.ReadNamespacedConfigMapAsync("thing", Namespace, cancellationToken: TestContext.Current.CancellationToken)).Data["a"].ShouldBe("2");
    }

    [Fact]
    public async Task A_refused_field_is_named_and_nothing_is_left_in_the_ledger()
    {
        using var refusing = await ConnectAsync(new Answering(
            request => request.Method == HttpMethod.Patch ? HttpStatusCode.UnprocessableEntity : null,
            """{"kind":"Status","apiVersion":"v1","status":"Failure","message":"invalid","details":{"causes":[{"field":"spec.replicationFactor","message":"must be an integer"}]}}"""));

        var refusal = await Should.ThrowAsync<DiagnosticException>(() => ObjectApply.ApplyAsync(
            refusing, Document("tempo.grafana.com/v1alpha1", "TempoStack", "{}"), "", _ledger, TestContext.Current.CancellationToken));

        refusal.Code.ShouldBe("TC325");
        refusal.Reason.ShouldContain("spec.replicationFactor: must be an integer");
        refusal.Fix.ShouldContain("kubectl explain tempostack.spec");
        _ledger.Outstanding().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("v1", "Nonsense", "TC325")]
    [InlineData("none.example/v1", "ConfigMap", "TC325")]
    [InlineData("tempo.grafana.com/v1alpha1", "TempoElse", "TC314")]
    public async Task A_kind_that_is_not_served_is_named(string apiVersion, string kind, string code)
    {
        var refusal = await Should.ThrowAsync<DiagnosticException>(() => ApplyAsync(Document(apiVersion, kind, "{}")));

        refusal.Code.ShouldBe(code);
        refusal.Value.ShouldBe($"{kind} of {apiVersion}");
        _ledger.Outstanding().ShouldBeEmpty();
    }

    private Task<ClusterConnection> ConnectAsync(params DelegatingHandler[] handlers)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["KUBECONFIG"] = _cluster.Kubeconfig }).Build();
        return new ClusterConnector(configuration, TimeProvider.System, [.. handlers.Select(handler => new Func<DelegatingHandler>(() => handler))]).ConnectAsync(TestContext.Current.CancellationToken);
    }

    private Task<AppliedObject> ApplyAsync(JsonObject document) => ObjectApply.ApplyAsync(_connection, document, "", _ledger, TestContext.Current.CancellationToken);

    private static JsonObject Document(string apiVersion, string kind, string content)
    {
        var document = JsonNode.Parse(content)!.AsObject();
        document["apiVersion"] = apiVersion;
        document["kind"] = kind;
        document["metadata"] = new JsonObject { ["name"] = "thing", ["namespace"] = Namespace };
        return document;
    }
}
