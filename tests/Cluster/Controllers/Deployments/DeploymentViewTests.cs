using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers.Deployments;

namespace TempoCos.Cluster.Tests.Controllers.Deployments;

public sealed class DeploymentViewTests
{
    [Theory]
    [InlineData("null", "null", 4, 1, 1)]
    [InlineData("null", "null", 3, 1, 0)]
    [InlineData("null", "null", 1, 1, 0)]
    [InlineData("\"30%\"", "\"30%\"", 10, 3, 3)]
    [InlineData("\"1%\"", "\"1%\"", 10, 1, 0)]
    [InlineData("0", "0", 5, 0, 1)]
    [InlineData("2", "7", 5, 2, 5)]
    [InlineData("\"100%\"", "0", 3, 3, 0)]
    public void Shares_of_surge_round_up_and_those_of_unavailability_down(string surge, string unavailable, int replicas, long more, long fewer)
    {
        var view = View($$$"""{"replicas":{{{replicas}}},"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":{{{surge}}},"maxUnavailable":{{{unavailable}}} } } }""");
        view.MaxSurge.ShouldBe(more);
        view.MaxUnavailable.ShouldBe(fewer);
    }

    [Fact]
    public void One_that_recreates_has_neither()
    {
        var view = View("""{"replicas":4,"strategy":{"type":"Recreate"}}""");
        view.IsRecreate.ShouldBeTrue();
        (view.MaxSurge, view.MaxUnavailable).ShouldBe((0, 0));
    }

    private static DeploymentView View(string spec) =>
        new(new StoredObject(new ObjectKey("deployments.apps", "default", "web"), 1, new JsonObject { ["spec"] = JsonNode.Parse(spec) }));
}
