using System.Text.Json.Nodes;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Tests.Manifests;

public sealed class StructuralSchemaTests
{
    private static readonly JsonObject Schema = ManifestText.Value("""
        type: object
        required: [storage]
        properties:
          storage: {type: object, required: [kind, size], properties: {kind: {type: string, enum: [s3, azure]}, size: {type: string, default: 1Gi}}}
          replicas: {type: integer, format: int32}
          share: {type: number}
          paused: {type: boolean}
          cpu: {anyOf: [{type: integer}, {type: string}], x-kubernetes-int-or-string: true}
          labels: {type: object, additionalProperties: {type: string}}
          env: {type: array, items: {type: object, properties: {name: {type: string}}}}
          extra: {type: object, x-kubernetes-preserve-unknown-fields: true}
          any: {x-kubernetes-preserve-unknown-fields: true}
        """)!.AsObject();

    [Theory]
    [InlineData("replicas: banana", "spec.replicas: expected an integer, got \"banana\"")]
    [InlineData("replicas: 1.5", "spec.replicas: expected an integer, got 1.5")]
    [InlineData("share: much", "spec.share: expected a number, got \"much\"")]
    [InlineData("paused: 1", "spec.paused: expected a boolean, got 1")]
    [InlineData("cpu: 1.5", "spec.cpu: expected an integer or a string, got 1.5")]
    [InlineData("cpu: [1]", "spec.cpu: expected an integer or a string, got [1]")]
    [InlineData("storage: {kind: gcs}", "spec.storage.kind: \"gcs\" is none of \"s3\", \"azure\"")]
    [InlineData("storage: {size: 1Gi}", "spec.storage.kind: required")]
    [InlineData("storage: {kind: s3, sise: 2Gi}", "spec.storage.sise: no such field; there are kind, size")]
    [InlineData("storage: s3", "spec.storage: expected an object, got \"s3\"")]
    [InlineData("labels: {a: 1}", "spec.labels.a: expected a string, got 1")]
    [InlineData("env: [{name: a}, {nam: b}]", "spec.env[1].nam: no such field; there are name")]
    [InlineData("env: {name: a}", "spec.env: expected an array, got {\"name\":\"a\"}")]
    public void What_breaks_the_schema_is_named_with_its_path(string field, string problem)
    {
        var value = ManifestText.Value(field.StartsWith("storage", StringComparison.Ordinal) ? field : $"storage: {{kind: s3}}\n{field}");

        StructuralSchema.Problems(Schema, value, "spec").ShouldBe([problem]);
    }

    [Theory]
    [InlineData("storage: {kind: s3}")]
    [InlineData("storage: {kind: azure, size: 2Gi}\nreplicas: 3\nshare: 1.5\npaused: true\ncpu: 500m\nlabels: {a: b}\nenv: [{name: a}]\nextra: {a: [1]}\nany: 1")]
    [InlineData("storage: {kind: s3}\nshare: 2\ncpu: 2\nreplicas: null\nany: {a: b}")]
    public void What_fits_has_no_problem(string value) => StructuralSchema.Problems(Schema, ManifestText.Value(value), "spec").ShouldBeEmpty();
}
