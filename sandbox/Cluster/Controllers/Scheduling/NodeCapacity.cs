using System.Globalization;
using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Controllers.Scheduling;

/// <summary>
/// What the one node has: this machine's processors and memory. More is promised to pods than there is, because what they request here
/// is seldom what they use: four times the processors, twice the memory.
/// </summary>
public static class NodeCapacity
{
    private const int PromisedProcessors = 4;
    private const int PromisedMemory = 2;
    private const int Pods = 250;

    public static JsonObject Capacity() => Of(1, 1);

    public static JsonObject Allocatable() => Of(PromisedProcessors, PromisedMemory);

    private static JsonObject Of(int processors, int memory) => new()
    {
        ["cpu"] = (Environment.ProcessorCount * processors).ToString(CultureInfo.InvariantCulture),
        ["memory"] = $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024 * memory}Ki",
        ["pods"] = Pods.ToString(CultureInfo.InvariantCulture),
    };
}
