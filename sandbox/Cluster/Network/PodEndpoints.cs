using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Network;

/// <summary>
/// What Endpoints and EndpointSlices say of one pod behind a service. All pods have the address of loopback and ports of their own there,
/// so that each pod has a subset, and a slice, of its own.
/// </summary>
public sealed class PodEndpoints(JsonObject service, JsonObject pod, IReadOnlyList<(JsonObject Port, int Local)> ports)
{
    private bool PublishesAll => service.Flag("spec", "publishNotReadyAddresses");

    private bool IsReady => ServiceTargets.IsReady(pod);

    public string SliceName => Name(service, pod.Text("metadata", "uid")!);

    public static string Name(JsonObject service, string what) =>
        $"{service.Text("metadata", "name")}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what)))[..8]}";

    public JsonObject Subset() => new()
    {
        [PublishesAll || IsReady ? "addresses" : "notReadyAddresses"] = new JsonArray(new JsonObject
        {
            ["ip"] = "127.0.0.1",
            ["nodeName"] = pod.Text("spec", "nodeName"),
            ["targetRef"] = Target(),
        }),
        ["ports"] = Ports(),
    };

    public JsonObject Slice() => Slice(service, SliceName, new JsonArray(new JsonObject
    {
        ["addresses"] = new JsonArray("127.0.0.1"),
        ["conditions"] = new JsonObject { ["ready"] = PublishesAll || IsReady, ["serving"] = IsReady, ["terminating"] = pod.At("metadata", "deletionTimestamp") is not null },
        ["hostname"] = pod.Text("spec", "hostname"),
        ["nodeName"] = pod.Text("spec", "nodeName"),
        ["targetRef"] = Target(),
    }), Ports());

    /// <summary>The one slice of a service that has no pods.</summary>
    public static JsonObject EmptySlice(JsonObject service) => Slice(service, Name(service, ""), [], []);

    private static JsonObject Slice(JsonObject service, string name, JsonArray endpoints, JsonArray ports)
    {
        var labels = service.At("metadata", "labels")?.DeepClone() as JsonObject ?? [];
        labels["kubernetes.io/service-name"] = service.Text("metadata", "name");
        labels["endpointslice.kubernetes.io/managed-by"] = EndpointsController.Manager;
        if (service.Text("spec", "clusterIP") == "None")
        {
            labels["service.kubernetes.io/headless"] = "";
        }

        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = labels },
            ["addressType"] = "IPv4",
            ["endpoints"] = endpoints,
            ["ports"] = ports,
        };
    }

    private JsonObject Target() => new()
    {
        ["kind"] = "Pod",
        ["namespace"] = pod.Text("metadata", "namespace"),
        ["name"] = pod.Text("metadata", "name"),
        ["uid"] = pod.Text("metadata", "uid"),
    };

    private JsonArray Ports() => ports.Select(pair => (JsonNode)new JsonObject
    {
        ["name"] = pair.Port.Text("name") ?? "",
        ["port"] = pair.Local,
        ["protocol"] = pair.Port.Text("protocol"),
    }).ToJsonArray();
}
