using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Plans;

namespace TempoCos.TempoStackDeployer.Tests.Manifests;

/// <summary>Manifests of more than one document, from one text or from files.</summary>
public sealed class ManifestOfSeveralTests
{
    private const string Others = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, uid: abc, annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}"}}
        data: {a: "1"}
        ---
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata:
          name: reader
          namespace: tempocos-r0123456789
        """;

    [Fact]
    public void Others_are_labelled_put_into_the_namespace_and_keep_their_order()
    {
        var manifest = Samples.Read($"{Others}\n---\n{Samples.Manifest}");

        manifest.Name.ShouldBe("simplest");
        manifest.Objects.Select(item => (item.ApiVersion, item.Kind, item.Name, item.Namespace)).ShouldBe(
            [("v1", "ConfigMap", "settings", Samples.Namespace()), ("rbac.authorization.k8s.io/v1", "Role", "reader", Samples.Namespace())]);
        manifest.Objects.ShouldAllBe(item => item.Document["metadata"]!["labels"]!["tempocos.dev/run"]!.ToString() == Samples.Run);
        manifest.Objects[0].Document["metadata"]!["uid"].ShouldBeNull();
        manifest.Objects[0].Document["metadata"]!["annotations"]!.AsObject().ShouldBeEmpty();
    }

    [Fact]
    public void The_items_of_a_List_are_objects_of_their_own()
    {
        var items = string.Join('\n', $"{Samples.Manifest}".Split('\n').Select((line, index) => index == 0 ? $"- {line}" : $"  {line}"));

        var manifest = Samples.Read($"apiVersion: v1\nkind: List\nitems:\n- {{apiVersion: v1, kind: ServiceAccount, metadata: {{name: a}}}}\n{items}");

        manifest.Name.ShouldBe("simplest");
        manifest.Objects.ShouldHaveSingleItem().Kind.ShouldBe("ServiceAccount");
    }

    [Theory]
    [InlineData("a: &x {b: 1}\nc: *x", "{\"a\":{\"b\":1},\"c\":{\"b\":1}}")]
    [InlineData("base: &x {b: 1, c: 2}\nc:\n  <<: *x\n  c: 3", "{\"base\":{\"b\":1,\"c\":2},\"c\":{\"c\":3,\"b\":1}}")]
    [InlineData("c:\n  <<: [{a: 1}, {a: 2, b: 2}]", "{\"c\":{\"a\":1,\"b\":2}}")]
    [InlineData("mode: 0644", "{\"mode\":420}")]
    [InlineData("mode: 0o644", "{\"mode\":420}")]
    [InlineData("1: a", "{\"1\":\"a\"}")]
    public void Anchors_merge_keys_and_octals_are_what_Kubernetes_makes_of_them(string yaml, string json) => ManifestText.Value(yaml)!.ToJsonString().ShouldBe(json);

    [Theory]
    [InlineData("kind: TempoStack\nkind: TempoStack", "b.yaml, document 1, line 2")]
    [InlineData("a: 1\n---\nc:\n\tb: 1", "b.yaml, document 2, line 4")]
    [InlineData("? [a]\n: 1", "b.yaml, document 1, line 1")]
    [InlineData("~: 1", "b.yaml, document 1, line 1")]
    [InlineData("a: 1\n---\nb: !mine 2", "b.yaml, document 2, line 3")]
    [InlineData("c:\n  <<: 1", "b.yaml, document 1, line 2")]
    public void What_is_no_YAML_is_named_with_file_document_and_line(string yaml, string where)
    {
        var refusal = Should.Throw<DiagnosticException>(() => Samples.Read($"# tempocos-file: a.yaml\n{Samples.Manifest}\n---\n# tempocos-file: b.yaml\n{yaml}\n"));

        refusal.Code.ShouldBe("TC320");
        refusal.Value.ShouldStartWith(where);
    }

    [Theory]
    [InlineData("kind: Namespace, apiVersion: v1, metadata: {name: other}", "TC340", "Namespace other")]
    [InlineData("kind: Secret, apiVersion: v1, metadata: {name: ibm-cos-secret}", "TC340", "Secret ibm-cos-secret")]
    [InlineData("kind: Secret, apiVersion: v1, metadata: {generateName: a}", "TC340", "Secret (no name)")]
    [InlineData("kind: Secret, metadata: {name: a}", "TC340", "Secret a")]
    [InlineData("kind: ConfigMap, apiVersion: v1, metadata: {name: a, namespace: elsewhere}", "TC324", "elsewhere")]
    [InlineData("kind: Kustomization, resources: [a.yaml]", "TC344", "more.yaml, document 1, line 1")]
    [InlineData("kind: TempoMonolithic, apiVersion: tempo.grafana.com/v1alpha1, metadata: {name: second}", "TC321", "TempoMonolithic second (more.yaml, document 1, line 1)")]
    public void What_a_run_cannot_make_or_remove_is_refused(string document, string code, string value)
    {
        var refusal = Should.Throw<DiagnosticException>(() => Samples.Read($"{Samples.Manifest}\n---\n# tempocos-file: more.yaml\n{{{document}}}\n"));

        refusal.Code.ShouldBe(code);
        refusal.Value.ShouldContain(value);
    }

    [Fact]
    public void The_same_object_twice_is_refused_and_the_runs_own_Namespace_is_left_to_the_run()
    {
        const string ConfigMap = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}";

        Should.Throw<DiagnosticException>(() => Samples.Read($"{Samples.Manifest}\n---\n{ConfigMap}\n---\n{ConfigMap}")).Code.ShouldBe("TC340");
        Samples.Read($"{Samples.Manifest}\n---\n{{apiVersion: v1, kind: Namespace, metadata: {{name: {Samples.Namespace()}}}}}").Objects.ShouldBeEmpty();
    }

    [Fact]
    public void A_Secret_is_shown_by_hashes_that_tell_equal_from_different_and_nothing_else()
    {
        var secret = ManifestText.Value("{kind: Secret, data: {a: aGlkZGVuLXdvcmQ=}, stringData: {b: hidden-word, c: another}}")!.AsObject();
        var hidden = new SecretValues();

        var shown = hidden.Hide(secret);

        shown.ToJsonString().ShouldNotContain("hidden-word");
        shown.ToJsonString().ShouldNotContain("aGlkZGVuLXdvcmQ=");
        shown["data"]!["a"]!.ToString().ShouldBe(shown["data"]!["b"]!.ToString(), "the same value, however it is written");
        shown["data"]!["c"]!.ToString().ShouldNotBe(shown["data"]!["a"]!.ToString());
        new SecretValues().Hide(secret)["data"]!["a"]!.ToString().ShouldNotBe(shown["data"]!["a"]!.ToString(), "a hash cannot be looked up");
        SecretValues.Redact(secret, "bad value hidden-word").ShouldBe("bad value ***");
        secret["stringData"]!["b"]!.ToString().ShouldBe("hidden-word");
    }
}
