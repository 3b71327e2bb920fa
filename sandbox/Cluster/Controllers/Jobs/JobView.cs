using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers.Workloads;

namespace TempoCos.Cluster.Controllers.Jobs;

/// <summary>What a Job asks for, and what it has counted so far.</summary>
public sealed class JobView(StoredObject stored) : ObjectView(stored)
{
    public long Parallelism => Content.Number("spec", "parallelism") ?? 1;

    /// <summary>How many pods have to succeed; null when any one that does ends the work of all.</summary>
    public long? Completions => Content.Number("spec", "completions");

    public bool IsIndexed => Content.Text("spec", "completionMode") == "Indexed";

    public bool Suspended => Content.Flag("spec", "suspend");

    public long BackoffLimit => Content.Number("spec", "backoffLimit") ?? 6;

    public TimeSpan? Deadline => Seconds("activeDeadlineSeconds");

    public TimeSpan? Ttl => Seconds("ttlSecondsAfterFinished");

    public DateTimeOffset? Started => Content.Text("status", "startTime") is { } since ? PodState.Time(since) : null;

    public JsonObject? Finished => Content.Objects("status", "conditions").FirstOrDefault(condition => condition.Text("type") is "Complete" or "Failed" && condition.Text("status") == "True");

    private TimeSpan? Seconds(string name) => Content.Number("spec", name) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}
