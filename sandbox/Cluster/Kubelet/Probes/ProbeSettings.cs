using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Kubelet.Probes;

/// <summary>A probe as a container specifies it, with Kubernetes' defaults.</summary>
public sealed record ProbeSettings(
    JsonObject Action, TimeSpan InitialDelay, TimeSpan Period, TimeSpan Timeout, int SuccessThreshold, int FailureThreshold, TimeSpan? TerminationGrace)
{
    /// <summary>Null when the container has none of that kind.</summary>
    public static ProbeSettings? Of(JsonObject container, string kind) => container.At(kind) is not JsonObject probe ? null : new ProbeSettings(
        probe,
        Seconds(probe, "initialDelaySeconds", 0),
        Seconds(probe, "periodSeconds", 10),
        Seconds(probe, "timeoutSeconds", 1),
        (int)(probe.Number("successThreshold") is > 0 and var successes ? successes : 1),
        (int)(probe.Number("failureThreshold") is > 0 and var failures ? failures : 3),
        probe.Number("terminationGracePeriodSeconds") is { } grace ? TimeSpan.FromSeconds(grace) : null);

    private static TimeSpan Seconds(JsonObject probe, string name, long otherwise) =>
        TimeSpan.FromSeconds(probe.Number(name) is > 0 and var given ? given : otherwise);
}
