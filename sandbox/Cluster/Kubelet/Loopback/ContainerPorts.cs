using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Kubelet.Loopback;

/// <summary>The ports of a container: those that it declares, and those that a Tempo opens besides.</summary>
public static class ContainerPorts
{
    public static IEnumerable<JsonObject> Of(JsonObject container)
    {
        var declared = container.Objects("ports").ToList();
        return container.Text("name") != "tempo"
            ? declared
            : declared.Concat(TempoFile.Ports.Where(port => declared.All(one => one.Number("containerPort") != port)).Select(port => new JsonObject { ["containerPort"] = port }));
    }
}
