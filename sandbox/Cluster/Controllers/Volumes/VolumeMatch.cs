using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Selection;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers.Scheduling;

namespace TempoCos.Cluster.Controllers.Volumes;

/// <summary>Which of the volumes that are there a claim may have: the smallest that has everything it asks for.</summary>
public static class VolumeMatch
{
    public static StoredObject? Best(JsonObject claim, IEnumerable<StoredObject> volumes)
    {
        var able = volumes.Where(volume => !volume.Deleting).Select(volume => (Stored: volume, Content: volume.ToObject())).Where(volume => Suits(claim, volume.Content)).ToList();
        return able.Find(volume => IsReservedFor(claim, volume.Content)).Stored
            ?? able.Where(volume => volume.Content.At("spec", "claimRef") is null)
                .OrderBy(volume => Capacity(volume.Content)).ThenBy(volume => volume.Stored.Key.Name, StringComparer.Ordinal).Select(volume => volume.Stored).FirstOrDefault();
    }

    /// <summary>Whether the volume names this claim, and no other one of its name from before.</summary>
    public static bool IsReservedFor(JsonObject claim, JsonObject volume) =>
        volume.Text("spec", "claimRef", "namespace") == claim.Text("metadata", "namespace")
        && volume.Text("spec", "claimRef", "name") == claim.Text("metadata", "name")
        && (volume.Text("spec", "claimRef", "uid") is null or "" || volume.Text("spec", "claimRef", "uid") == claim.Text("metadata", "uid"));

    private static bool Suits(JsonObject claim, JsonObject volume) =>
        (volume.Text("spec", "storageClassName") ?? "") == (claim.Text("spec", "storageClassName") ?? "")
        && (volume.Text("spec", "volumeMode") ?? "Filesystem") == (claim.Text("spec", "volumeMode") ?? "Filesystem")
        && claim.Texts("spec", "accessModes").All(volume.Texts("spec", "accessModes").Contains)
        && Capacity(volume) >= Quantity.Parse(claim.At("spec", "resources", "requests", "storage")).Value
        && (claim.At("spec", "selector") is not { } selector || LabelSelector.From(selector).Matches(volume.TextMap("metadata", "labels")));

    private static decimal Capacity(JsonObject volume) => Quantity.Parse(volume.At("spec", "capacity", "storage")).Value;
}
