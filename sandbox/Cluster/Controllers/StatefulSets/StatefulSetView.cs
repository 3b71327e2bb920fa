using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers.Workloads;

namespace TempoCos.Cluster.Controllers.StatefulSets;

/// <summary>What a StatefulSet asks for.</summary>
public sealed class StatefulSetView(StoredObject stored) : ObjectView(stored)
{
    public long Replicas => Content.Number("spec", "replicas") ?? 1;

    public long Start => Content.Number("spec", "ordinals", "start") ?? 0;

    public bool IsOrdered => Content.Text("spec", "podManagementPolicy") != "Parallel";

    public bool IsOnDelete => Content.Text("spec", "updateStrategy", "type") == "OnDelete";

    public long Partition => Content.Number("spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;

    public long MinReadySeconds => Content.Number("spec", "minReadySeconds") ?? 0;

    public long HistoryLimit => Content.Number("spec", "revisionHistoryLimit") ?? 10;

    public bool DeletesClaimsWithSet => Content.Text("spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted") == "Delete";

    public bool DeletesClaimsWithScale => Content.Text("spec", "persistentVolumeClaimRetentionPolicy", "whenScaled") == "Delete";

    public JsonNode? Template => Content.At("spec", "template");

    public IEnumerable<JsonObject> Claims => Content.Objects("spec", "volumeClaimTemplates");

    /// <summary>The ordinal in a pod's name, or null when the name is not one of this set's.</summary>
    public long? Ordinal(string pod) =>
        pod.Length > Name.Length + 1 && pod.StartsWith(Name, StringComparison.Ordinal) && pod[Name.Length] == '-'
        && long.TryParse(pod.AsSpan(Name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : null;

    public string Pod(long ordinal) => $"{Name}-{ordinal}";

    public string Claim(JsonObject template, string pod) => $"{template.Text("metadata", "name")}-{pod}";
}
