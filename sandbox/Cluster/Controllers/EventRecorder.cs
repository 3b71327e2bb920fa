using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Controllers;

/// <summary>Events about objects; the same thing again is counted.</summary>
public sealed class EventRecorder(ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog)
{
    public void Record(JsonObject about, string component, bool warning, string reason, string message)
    {
        // Events about what has no namespace are in the default one.
        var ns = about.Text("metadata", "namespace") ?? "default";
        var subject = about.Text("metadata", "name")!;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{about.Text("metadata", "uid")}/{reason}/{message}")))[..16];
        var type = catalog.Find(BuiltInResources.Events)!;
        try
        {
            if (store.Find(new ObjectKey(BuiltInResources.Events, ns, $"{subject}.{hash}")) is null)
            {
                registry.Create(type, ns, New(about, ns, $"{subject}.{hash}", component, warning, reason, message), WriteOptions.Main);
                return;
            }

            registry.Update(type, ns, $"{subject}.{hash}", live =>
            {
                live["count"] = (live.Number("count") ?? 0) + 1;
                live["lastTimestamp"] = registry.Now;
                return live;
            }, WriteOptions.Main);
        }
        catch (ApiException)
        {
            // The namespace goes: nobody will ask.
        }
    }

    private JsonObject New(JsonObject about, string ns, string name, string component, bool warning, string reason, string message) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["involvedObject"] = new JsonObject
        {
            ["apiVersion"] = about.Text("apiVersion"),
            ["kind"] = about.Text("kind"),
            ["namespace"] = about.Text("metadata", "namespace"),
            ["name"] = about.Text("metadata", "name"),
            ["uid"] = about.Text("metadata", "uid"),
        },
        ["type"] = warning ? "Warning" : "Normal",
        ["reason"] = reason,
        ["message"] = message,
        ["count"] = 1,
        ["firstTimestamp"] = registry.Now,
        ["lastTimestamp"] = registry.Now,
        ["source"] = new JsonObject { ["component"] = component },
        ["reportingComponent"] = component,
    };
}
