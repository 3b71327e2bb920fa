using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Kubelet.Limits;

/// <summary>A container's limits: bytes of memory, thousandths of a core.</summary>
public sealed record ResourceLimits(long? MemoryBytes, long? CpuMillis)
{
    public static ResourceLimits Of(JsonObject container) => new(
        (long?)Quantity.Find(container.At("resources", "limits", "memory"))?.Value,
        (long?)(Quantity.Find(container.At("resources", "limits", "cpu"))?.Value * 1000));
}
