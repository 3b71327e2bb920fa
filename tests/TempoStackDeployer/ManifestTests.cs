using System.Text.Json.Nodes;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Tests;

public sealed class ManifestTests
{
    [Theory]
    [InlineData("kind: TempoStack", "kind: Deployment", "TC321", "Deployment")]
    [InlineData("kind: TempoStack", "kind: TempoMonolithic", "TC323", "(none)")]
    [InlineData("kind: TempoStack", "", "TC321", "no kind")]
    [InlineData("tempo.grafana.com/v1alpha1", "tempo.grafana.com/v1", "TC321", "TempoStack of tempo.grafana.com/v1")]
    [InlineData("name: simplest", "labels: {}", "TC322", "metadata.name")]
    [InlineData("name: simplest", "name: Simplest_1", "TC322", "Simplest_1")]
    [InlineData("name: simplest", "name: simplest\n  namespace: elsewhere", "TC324", "elsewhere")]
    [InlineData("name: ibm-cos-secret", "name: \"\"", "TC323", "(none)")]
    [InlineData("name: ibm-cos-secret", "foo: bar", "TC323", "(none)")]
    [InlineData("type: s3", "type: azure", "TC323", "azure")]
    [InlineData("  storageSize: 200M", "\tstorageSize: 200M", "TC320", "line 10")]
    [InlineData("  storageSize: 200M", "  storageSize: [200M", "TC320", "line 1")]
    [InlineData("  storageSize: 200M", "  storageSize: 200M\n  storageSize: 300M", "TC320", "line 11")]
    [InlineData("  storageSize: 200M", "  storageSize: &again [*again]", "TC320", "line 10")]
    [InlineData("kind: TempoStack", "kind: TempoStack\nmetadata: {name: simplest}\nspec: {storage: {secret: {name: ibm-cos-secret, type: s3}}}\n---\nkind: Secret", "TC340", "Secret simplest")]
    public void A_manifest_that_is_not_right_is_refused_with_what_offends(string part, string replacement, string code, string value)
    {
        var manifest = Samples.Manifest.Replace(part, replacement, StringComparison.Ordinal);

        var refusal = Should.Throw<DiagnosticException>(() => Samples.Read(manifest));

        refusal.Code.ShouldBe(code);
        refusal.Value.ShouldContain(value);
        refusal.Fix.ShouldNotBeEmpty();
    }

    [Fact]
    public void The_storage_Secret_has_the_manifests_name_unless_another_is_asked_for()
    {
        var request = Samples.Request(Samples.Manifest.Replace("ibm-cos-secret", "traces-s3", StringComparison.Ordinal));
        ManifestReader.Read(request).StorageSecretName.ShouldBe("traces-s3");

        request.SecretName = "ibm-cos-secret";
        var refusal = Should.Throw<DiagnosticException>(() => ManifestReader.Read(request));
        (refusal.Code, refusal.Value).ShouldBe(("TC323", "traces-s3"));

        request.Set.Add("spec.storage.secret.name=ibm-cos-secret");
        ManifestReader.Read(request).StorageSecretName.ShouldBe("ibm-cos-secret");
    }

    [Theory]
    [InlineData("", "an empty document")]
    [InlineData("# only a comment", "an empty document")]
    [InlineData("- a\n- b", "a document that is not a mapping")]
    public void What_is_no_document_is_named(string manifest, string value) =>
        Should.Throw<DiagnosticException>(() => Samples.Read(manifest)).Value.ShouldBe(value);

    [Fact]
    public void The_original_manifest_is_taken_and_labelled_for_the_run()
    {
        var manifest = Samples.Read();

        manifest.Name.ShouldBe("simplest");
        manifest.Namespace.ShouldBe("tempocos-r0123456789");
        manifest.HasJaeger.ShouldBeTrue();
        manifest.JaegerIngress.ShouldBe("ingress");
        manifest.SetsStorageTls.ShouldBeFalse();
        manifest.Text("metadata", "labels", "tempocos.dev/run").ShouldBe(Samples.Run);
        manifest.Text("metadata", "labels", "app.kubernetes.io/managed-by").ShouldBe("tempocos");
        manifest.ExtraConfig().ShouldBe(new Dictionary<string, string> { ["ingester.max_block_duration"] = "5s", ["storage.trace.blocklist_poll"] = "2s" });
    }

    [Fact]
    public void What_kubectl_get_prints_may_be_given_again()
    {
        var manifest = Samples.Read(Samples.Manifest.Replace(
            "name: simplest", "name: simplest\n  uid: abc\n  resourceVersion: \"7\"\n  managedFields: []\n  generation: 3", StringComparison.Ordinal) + "\nstatus:\n  tempoVersion: 2.10.8\n");

        manifest.Document["status"].ShouldBeNull();
        manifest.Document["metadata"]!.AsObject().Select(field => field.Key).ShouldBe(["name", "namespace", "labels"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("12", "12")]
    [InlineData("0x10", "16")]
    [InlineData("1.5", "1.5")]
    [InlineData("true", "true")]
    [InlineData("~", "null")]
    [InlineData("\"12\"", "\"12\"")]
    [InlineData("2000m", "\"2000m\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("!!str 12", "\"12\"")]
    [InlineData("[a, 1]", "[\"a\",1]")]
    public void Scalars_have_the_types_of_the_core_schema(string yaml, string json)
    {
        var manifest = Samples.Read($"{Samples.Manifest}\nvalue: {yaml}");

        (manifest.Document["value"]?.ToJsonString() ?? "null").ShouldBe(json);
    }

    [Fact]
    public void Replicas_are_read_where_the_resource_has_them()
    {
        var manifest = Samples.Read(Samples.Manifest.Replace(
            "queryFrontend:", "ingester:\n      replicas: 3\n    queryFrontend:\n      component:\n        replicas: 2", StringComparison.Ordinal));

        manifest.Replicas("ingester").ShouldBe(3);
        manifest.Replicas("queryFrontend").ShouldBe(2);
        manifest.Replicas("querier").ShouldBeNull();
    }

    [Fact]
    public void Enabling_tls_touches_nothing_else()
    {
        var manifest = Samples.Read();
        var before = manifest.Document.DeepClone();

        manifest.EnableStorageTls();

        manifest.StorageTls.ShouldBeTrue();
        before["spec"]!["storage"]!["tls"] = new JsonObject { ["enabled"] = true };
        JsonNode.DeepEquals(manifest.Document, before).ShouldBeTrue();
    }
}
