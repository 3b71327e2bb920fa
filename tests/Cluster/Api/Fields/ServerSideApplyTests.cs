using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Fields;

namespace TempoCos.Cluster.Tests.Api.Fields;

public sealed class ServerSideApplyTests
{
    [Theory]
    [InlineData("""{"images":{"tempo":"a"}}""", """{"images":{}}""", """{"images":{}}""", "a map that is applied empty is emptied, and stays")]
    [InlineData("""{"images":{"tempo":"a"}}""", """{}""", """{}""", "one that is not applied goes")]
    [InlineData("""{"images":{"tempo":"a","query":"b"}}""", """{"images":{"query":"b"}}""", """{"images":{"query":"b"}}""", "one of two goes")]
    [InlineData("""{"hosts":["a"],"images":{"tempo":"a"}}""", """{"hosts":[],"images":{"tempo":"a"}}""", """{"hosts":[],"images":{"tempo":"a"}}""", "a list that is applied empty is empty")]
    public void What_is_not_applied_any_more_goes(string first, string second, string left, string why)
    {
        var live = Apply(Apply(new JsonObject(), first, "one"), second, "one");

        JsonNode.DeepEquals(live["spec"], JsonNode.Parse(left)).ShouldBeTrue($"{why}: {live["spec"]!.ToJsonString()}");
    }

    [Fact]
    public void What_another_manager_owns_stays_in_a_map_that_is_applied_empty()
    {
        var live = Apply(Apply(Apply(new JsonObject(), """{"images":{"tempo":"a"}}""", "one"), """{"images":{"query":"b"}}""", "other"), """{"images":{}}""", "one");

        live["spec"]!.ToJsonString().ShouldBe("""{"images":{"query":"b"}}""");
    }

    private static JsonObject Apply(JsonObject live, string spec, string manager) => ServerSideApply.Apply(
        live, new JsonObject { ["spec"] = JsonNode.Parse(spec) }, manager, force: false, "example.org/v1", "2026-01-01T00:00:00Z");
}
