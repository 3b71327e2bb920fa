using k8s.Models;

namespace TempoCos.TempoStackDeployer.Clusters;

internal sealed record TempoStackList
{
    public V1ListMeta? Metadata { get; init; }

    public IReadOnlyList<TempoStack> Items { get; init; } = [];
}
