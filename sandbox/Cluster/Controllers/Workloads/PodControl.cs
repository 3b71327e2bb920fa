using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Controllers.Workloads;

/// <summary>Creates and deletes pods for an owner, who says so in its events.</summary>
public sealed class PodControl(ControllerContext context)
{
    /// <exception cref="ApiException">The pod was refused, by a quota for example; the owner's events say why.</exception>
    public JsonObject Create(JsonObject owner, string component, JsonObject pod)
    {
        try
        {
            var created = context.Registry.Create(context.Type(BuiltInResources.Pods), owner.Text("metadata", "namespace")!, pod, WriteOptions.Main);
            context.Events.Record(owner, component, warning: false, "SuccessfulCreate", $"Created pod: {created.Text("metadata", "name")}");
            return created;
        }
        catch (ApiException refused)
        {
            context.Events.Record(owner, component, warning: true, "FailedCreate", $"Error creating: {refused.Message}");
            throw;
        }
    }

    public void Delete(JsonObject owner, string component, StoredObject pod)
    {
        context.Writer.Delete(pod.Key, pod.Uid);
        context.Events.Record(owner, component, warning: false, "SuccessfulDelete", $"Deleted pod: {pod.Key.Name}");
    }
}
