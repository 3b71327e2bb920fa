using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Controllers.Workloads;

/// <summary>The conditions of a status that is being made: each type once, its times kept while nothing changes.</summary>
public sealed class Conditions
{
    private readonly List<JsonObject> all;
    private readonly string now;
    private readonly bool hasUpdateTime;

    /// <param name="status">The status as it was.</param>
    /// <param name="now">The time of what changes.</param>
    /// <param name="hasUpdateTime">Whether a change of reason alone is dated too, as Deployments do.</param>
    public Conditions(JsonNode? status, string now, bool hasUpdateTime = false)
    {
        this.now = now;
        this.hasUpdateTime = hasUpdateTime;
        all = [.. status.Objects("conditions").Select(condition => condition.Copy())];
    }

    public JsonObject? Find(string type) => all.Find(condition => condition.Text("type") == type);

    public void Remove(string type) => all.RemoveAll(condition => condition.Text("type") == type);

    /// <summary>Sets the condition; one of the same status and reason stays as it is, unless it is to be <paramref name="renewed"/>.</summary>
    public void Set(string type, string status, string reason, string message, bool renewed = false)
    {
        var before = Find(type);
        if (!renewed && before is not null && before.Text("status") == status && before.Text("reason") == reason)
        {
            return;
        }

        Remove(type);
        var condition = new JsonObject { ["type"] = type, ["status"] = status };
        if (hasUpdateTime)
        {
            condition["lastUpdateTime"] = now;
        }

        condition["lastTransitionTime"] = before.Text("status") == status ? before.Text("lastTransitionTime") : now;
        condition["reason"] = reason;
        condition["message"] = message;
        all.Add(condition);
    }

    /// <summary>The conditions for the status, or null when there are none.</summary>
    public JsonArray? ToJson() => all.Count == 0 ? null : all.Select(condition => (JsonNode)condition.Copy()).ToJsonArray();
}
