using k8s.Models;

namespace TempoCos.TempoStackDeployer.Readiness.Evidence;

/// <summary>What was asked beyond what is watched: events, logs, what components say of themselves.</summary>
internal sealed record StackEvidence
{
    /// <summary>Of the stack's objects, the newest last.</summary>
    public IReadOnlyList<Corev1Event> Events { get; init; } = [];

    public IReadOnlyList<V1ReplicaSet> ReplicaSets { get; init; } = [];

    public IReadOnlyList<V1PersistentVolumeClaim> Claims { get; init; } = [];

    public IReadOnlyDictionary<(string Pod, string Container), ContainerLogs> Logs { get; init; } = new Dictionary<(string, string), ContainerLogs>();

    /// <summary>By pod: status and body of <c>/ready</c>.</summary>
    public IReadOnlyDictionary<string, string> Ready { get; init; } = new Dictionary<string, string>();

    /// <summary>Who is in which ring, one sentence each; empty when nobody could be asked.</summary>
    public IReadOnlyList<string> Rings { get; init; } = [];

    public IEnumerable<Corev1Event> Warnings => Events.Where(item => item.Type == "Warning");

    public IEnumerable<Corev1Event> WarningsOf(string name) => EventsOf(name).Where(item => item.Type == "Warning");

    public IEnumerable<Corev1Event> EventsOf(string name) => Events.Where(item => item.InvolvedObject.Name == name);

    public IEnumerable<V1ReplicaSet> ReplicaSetsOf(string deployment) =>
        ReplicaSets.Where(set => set.Metadata.OwnerReferences?.Any(owner => owner.Kind == "Deployment" && owner.Name == deployment) == true);

    public V1PersistentVolumeClaim? Claim(string name) => Claims.FirstOrDefault(claim => claim.Metadata.Name == name);

    public string? ReadyOf(string pod) => Ready.GetValueOrDefault(pod);

    /// <summary>Why a container ended stands in the run that ended: the one before, once the next has begun to speak.</summary>
    public IReadOnlyList<string> LogOf(string pod, string container) =>
        Logs.GetValueOrDefault((pod, container)) is { } logs ? [.. logs.Previous, .. logs.Current] : [];
}
