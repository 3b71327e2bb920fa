using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Controllers;

/// <summary>What every controller reads and writes with.</summary>
public sealed record ControllerContext(
    ObjectStore Store, ResourceRegistry Registry, ResourceCatalog Catalog, ObjectWriter Writer, EventRecorder Events, TimeProvider Time)
{
    public DateTimeOffset Now => Time.GetUtcNow();

    public ResourceType Type(string resource) => Catalog.Find(resource)!;
}
