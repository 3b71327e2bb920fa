using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers.Workloads;

namespace TempoCos.Cluster.Controllers.Deployments;

/// <summary>What a Deployment asks for.</summary>
public sealed class DeploymentView(StoredObject stored) : ObjectView(stored)
{
    public long Replicas => Content.Number("spec", "replicas") ?? 1;

    public bool Paused => Content.Flag("spec", "paused");

    public bool IsRecreate => Content.Text("spec", "strategy", "type") == "Recreate";

    public long MinReadySeconds => Content.Number("spec", "minReadySeconds") ?? 0;

    public long HistoryLimit => Content.Number("spec", "revisionHistoryLimit") ?? 10;

    public long? ProgressDeadlineSeconds => Content.Number("spec", "progressDeadlineSeconds") is var seconds && seconds == int.MaxValue ? null : seconds ?? 600;

    public JsonNode? Template => Content.At("spec", "template");

    public JsonNode? Selector => Content.At("spec", "selector");

    public long Collisions => Content.Number("status", "collisionCount") ?? 0;

    /// <summary>How many pods more than asked for there may be: a share is rounded up.</summary>
    public long MaxSurge => IsRecreate ? 0 : Share(Content.At("spec", "strategy", "rollingUpdate", "maxSurge"), up: true);

    /// <summary>How many pods fewer than asked for may be available: a share is rounded down; one, where otherwise nothing could move.</summary>
    public long MaxUnavailable
    {
        get
        {
            if (IsRecreate || Replicas == 0)
            {
                return 0;
            }

            var share = Share(Content.At("spec", "strategy", "rollingUpdate", "maxUnavailable"), up: false);
            return Math.Min(Replicas, share == 0 && MaxSurge == 0 ? 1 : share);
        }
    }

    private long Share(JsonNode? value, bool up)
    {
        var text = value is null ? "25%" : value.ToString();
        if (!text.EndsWith('%'))
        {
            return value.Number() ?? 0;
        }

        var percent = int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        return up ? ((percent * Replicas) + 99) / 100 : percent * Replicas / 100;
    }
}
