using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Controllers.Workloads;

/// <summary>What controllers ask of a pod.</summary>
public sealed class PodState(StoredObject stored) : ObjectView(stored)
{
    public string Phase => Content.Text("status", "phase") ?? "Pending";

    public bool Deleting => Stored.Deleting;

    public bool HasEnded => Phase is "Succeeded" or "Failed";

    /// <summary>Neither ended nor about to go.</summary>
    public bool IsActive => !HasEnded && !Deleting;

    public bool IsReady => Ready.Text("status") == "True";

    public bool IsAssigned => Content.Text("spec", "nodeName") is { Length: > 0 };

    public string Created => Content.Text("metadata", "creationTimestamp") ?? "";

    public long Restarts => Content.Objects("status", "containerStatuses").Sum(status => status.Number("restartCount") ?? 0);

    public string? ReadySince => Ready.Text("lastTransitionTime");

    private JsonObject? Ready => Content.Objects("status", "conditions").FirstOrDefault(condition => condition.Text("type") == "Ready");

    /// <summary>How long until a ready pod counts as available: zero when it does, null when it is not ready.</summary>
    public TimeSpan? UntilAvailable(long minReadySeconds, DateTimeOffset now) =>
        !IsReady ? null
        : minReadySeconds == 0 ? TimeSpan.Zero
        : Time(ReadySince) + TimeSpan.FromSeconds(minReadySeconds) - now is var left && left > TimeSpan.Zero ? left
        : TimeSpan.Zero;

    public bool IsAvailable(long minReadySeconds, DateTimeOffset now) => UntilAvailable(minReadySeconds, now) == TimeSpan.Zero;

    public static DateTimeOffset Time(string? timestamp) =>
        DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : DateTimeOffset.UnixEpoch;
}
