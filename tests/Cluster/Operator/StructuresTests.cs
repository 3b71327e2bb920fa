using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Operator.Admission;

namespace TempoCos.Cluster.Tests.Operator;

/// <summary>What the operator makes of a specification by reading and writing it; the messages were seen from Tempo Operator 0.22.</summary>
public sealed class StructuresTests
{
    [Fact]
    public void Structures_are_written_whole_and_pointers_as_they_are()
    {
        var written = Structures.Rewrite("TempoStackSpec", JsonNode.Parse(
            """{"storage":{"secret":{"name":"cos","type":"s3"}},"timeout":"90s","resources":{"total":{"limits":{"cpu":"2000m"}}},"retention":{"perTenant":{"a":{"traces":"24h"}}},"stray":1}"""), "spec");
        written.At("stray").ShouldBeNull();
        written.At("tenants").ShouldBeNull();
        written.At("template", "querier", "replicas").ShouldBeNull();
        written.Text("timeout").ShouldBe("1m30s");
        written.Text("resources", "total", "limits", "cpu").ShouldBe("2");
        written.Text("retention", "perTenant", "a", "traces").ShouldBe("24h0m0s");
        written.At("storage")!.ToJsonString().ShouldBe("""{"tls":{"enabled":false},"secret":{"type":"s3","name":"cos"}}""");
        written.At("hashRing")!.ToJsonString().ShouldBe("""{"memberlist":{}}""");
        written.At("limits")!.ToJsonString().ShouldBe("""{"global":{"ingestion":{},"query":{"maxSearchDuration":"0s"}}}""");
        written.At("template", "queryFrontend", "jaegerQuery")!.ToJsonString().ShouldBe(
            """{"enabled":false,"ingress":{"route":{}},"monitorTab":{"enabled":false,"prometheusEndpoint":""},"tempoQuery":{}}""");
        Structures.Rewrite("TempoStackSpec", written, "spec").ToJsonString().ShouldBe(written.ToJsonString());
        Structures.Rewrite("TempoMonolithicSpec", null, "spec").ToJsonString().ShouldBe("""{"timeout":"0s"}""");
    }

    [Theory]
    [InlineData("""{"retention":{"global":{"traces":"lots"}}}""", "time: invalid duration \"lots\"")]
    [InlineData("""{"storageSize":"lots"}""", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")]
    [InlineData("""{"template":{"querier":{"replicas":"two"}}}""", "json: cannot unmarshal string into Go struct field TempoComponentSpec.spec.template.querier.replicas of type int32")]
    [InlineData("""{"template":{"querier":{"nodeSelector":{"x":true}}}}""", "json: cannot unmarshal bool into Go struct field TempoComponentSpec.spec.template.querier.nodeSelector of type string")]
    [InlineData("""{"limits":[]}""", "json: cannot unmarshal array into Go struct field TempoStackSpec.spec.limits of type v1alpha1.LimitSpec")]
    public void What_cannot_be_read_is_refused_in_the_operators_words(string spec, string message) =>
        Should.Throw<FormatException>(() => Structures.Rewrite("TempoStackSpec", JsonNode.Parse(spec), "spec")).Message.ShouldBe(message);
}
