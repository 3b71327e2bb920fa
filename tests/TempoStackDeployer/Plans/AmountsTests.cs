using System.Text.Json.Nodes;
using TempoCos.TempoStackDeployer.Plans;

namespace TempoCos.TempoStackDeployer.Tests.Plans;

public sealed class AmountsTests
{
    [Theory]
    [InlineData("2000m", "2", true)]
    [InlineData("1024Mi", "1Gi", true)]
    [InlineData("1000M", "1G", true)]
    [InlineData("48h", "48h0m0s", true)]
    [InlineData("90s", "1m30s", true)]
    [InlineData("2000m", "3", false)]
    [InlineData("1G", "1Gi", false)]
    [InlineData("48h", "47h0m0s", false)]
    [InlineData("1m", "1h", false)]
    [InlineData("debug", "debug", false)]
    public void What_is_written_otherwise_is_the_same_and_nothing_else_is(string one, string another, bool same) =>
        Amounts.AreSame(JsonValue.Create(one), JsonValue.Create(another)).ShouldBe(same);

    [Fact]
    public void A_merge_keeps_the_form_that_is_stored_of_the_operators_objects_only()
    {
        const string Live = """{"spec":{"timeout":"1m30s","extraConfig":{"tempo":{"a":"1m0s"}}},"data":{"cpu":"2"}}""";
        const string Wanted = """{"apiVersion":"tempo.grafana.com/v1alpha1","spec":{"timeout":"90s","extraConfig":{"tempo":{"a":"60s"}}}}""";

        var merged = LocalMerge.Of((JsonObject)JsonNode.Parse(Live)!, (JsonObject)JsonNode.Parse(Wanted)!);

        merged["spec"]!.ToJsonString().ShouldBe("""{"timeout":"1m30s","extraConfig":{"tempo":{"a":"60s"}}}""");
        LocalMerge.Of((JsonObject)JsonNode.Parse(Live)!, (JsonObject)JsonNode.Parse("""{"apiVersion":"v1","data":{"cpu":"2000m"}}""")!)["data"]!["cpu"]!.ToString().ShouldBe("2000m");
    }
}
