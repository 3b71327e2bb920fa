using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Controllers.Workloads;

/// <summary>Numbers of a status, which leaves out those that are zero.</summary>
public static class Counted
{
    public static void Add(JsonObject status, string name, long count)
    {
        if (count != 0)
        {
            status[name] = count;
        }
    }
}
