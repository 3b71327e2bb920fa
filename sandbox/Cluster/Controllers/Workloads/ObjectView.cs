using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Controllers.Workloads;

/// <summary>One version of an object, as the controller of its kind reads it.</summary>
public abstract class ObjectView(StoredObject stored)
{
    public StoredObject Stored => stored;

    public JsonObject Content { get; } = stored.ToObject();

    public string Name => stored.Key.Name;

    public string Namespace => stored.Key.Namespace;
}
