using System.Net.WebSockets;
using k8s;
using k8s.Autorest;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Readiness.Evidence;

/// <summary>Asks the cluster and the components for what explains a stack that is not ready; all at once, bounded, and without failing where something cannot be asked.</summary>
internal sealed class EvidenceCollector(ClusterConnection cluster, string @namespace)
{
    private const int MostPods = 12;
    private const int MostEvents = 1000;
    private const int EventPage = 250;
    private const int LogLines = 20;
    private const int MostLogBytes = 64 << 10;

    private static readonly TimeSpan ToLook = TimeSpan.FromSeconds(12);

    public async Task<StackEvidence> CollectAsync(ExpectedObjects expected, StackSnapshot snapshot, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ToLook);
        var troubled = snapshot.Pods.Where(pod => !PodFindings.IsReady(pod) && pod.Metadata.DeletionTimestamp is null).OrderByDescending(PodFindings.Severity).Take(MostPods).ToList();
        var events = EventsAsync(Names(expected, snapshot), limit.Token);
        var sets = OrNothingAsync(async () => (IReadOnlyList<V1ReplicaSet>)[.. (await cluster.Client.AppsV1.ListNamespacedReplicaSetAsync(@namespace, limit: EventPage, cancellationToken: limit.Token)).Items], []);
        var logs = Task.WhenAll(troubled.SelectMany(pod => PodFindings.Statuses(pod).Where(status => !status.Ready).Select(status => LogsAsync(pod, status, limit.Token))));
        var ready = Task.WhenAll(troubled.Where(pod => pod.Status?.Phase == "Running").Select(pod => ReadyAsync(pod, limit.Token)));
        var rings = RingsAsync(snapshot, limit.Token);
        await Task.WhenAll(events, sets, logs, ready, rings);
        cancellationToken.ThrowIfCancellationRequested();
        return new StackEvidence
        {
            Events = await events,
            ReplicaSets = await sets,
            Claims = snapshot.VolumeClaims,
            Logs = (await logs).ToDictionary(entry => (entry.Pod, entry.Container), entry => entry.Logs),
            Ready = (await ready).Where(entry => entry.Says is not null).ToDictionary(entry => entry.Pod, entry => entry.Says!),
            Rings = await rings,
        };
    }

    private static HashSet<string> Names(ExpectedObjects expected, StackSnapshot snapshot) =>
    [
        .. expected.Workloads.Select(workload => workload.Name),
        .. snapshot.Pods.Select(pod => pod.Metadata.Name),
        .. snapshot.VolumeClaims.Select(claim => claim.Metadata.Name),
    ];

    private async Task<IReadOnlyList<Corev1Event>> EventsAsync(HashSet<string> names, CancellationToken cancellationToken)
    {
        var found = new List<Corev1Event>();
        await OrNothingAsync(
            async () =>
            {
                string? token = null;
                var seen = 0;
                do
                {
                    var page = await cluster.Client.CoreV1.ListNamespacedEventAsync(@namespace, continueParameter: token, limit: EventPage, cancellationToken: cancellationToken);
                    found.AddRange(page.Items.Where(item => names.Contains(item.InvolvedObject.Name) || (item.InvolvedObject.Kind == "ReplicaSet" && names.Any(name => item.InvolvedObject.Name.StartsWith($"{name}-", StringComparison.Ordinal)))));
                    seen += page.Items.Count;
                    token = page.Metadata?.ContinueProperty;
                }
                while (!string.IsNullOrEmpty(token) && seen < MostEvents);
                return true;
            },
            false);
        return [.. found.OrderBy(item => item.LastTimestamp ?? item.EventTime ?? item.FirstTimestamp ?? item.Metadata.CreationTimestamp)];
    }

    private async Task<(string Pod, string Container, ContainerLogs Logs)> LogsAsync(V1Pod pod, V1ContainerStatus status, CancellationToken cancellationToken)
    {
        var ran = status.State?.Running is not null || status.State?.Terminated is not null || status.RestartCount > 0;
        var current = ran ? TailAsync(pod, status.Name, false, cancellationToken) : Task.FromResult<IReadOnlyList<string>>([]);
        var previous = status.RestartCount > 0 ? TailAsync(pod, status.Name, true, cancellationToken) : Task.FromResult<IReadOnlyList<string>>([]);
        return (pod.Metadata.Name, status.Name, new ContainerLogs(await current, await previous));
    }

    private Task<IReadOnlyList<string>> TailAsync(V1Pod pod, string container, bool previous, CancellationToken cancellationToken) => OrNothingAsync(
        async () =>
        {
            await using var log = await cluster.Client.CoreV1.ReadNamespacedPodLogAsync(
                pod.Metadata.Name, @namespace, container, limitBytes: MostLogBytes, previous: previous ? true : null, tailLines: LogLines, cancellationToken: cancellationToken);
            using var reader = new StreamReader(log);
            var text = await reader.ReadToEndAsync(cancellationToken);
            return (IReadOnlyList<string>)[.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd()).TakeLast(LogLines)];
        },
        []);

    private async Task<(string Pod, string? Says)> ReadyAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        if (PodDoor.Of(pod) is not { } door)
        {
            return (pod.Metadata.Name, null);
        }

        return (pod.Metadata.Name, await OrNothingAsync(
            async () =>
            {
                using var http = door.IsTls
                    ? PodHttp.Unverified(cluster, @namespace, pod.Metadata.Name, door.Ready) : PodHttp.Plain(cluster, @namespace, pod.Metadata.Name, door.Ready);
                var answer = await http.GetAsync("/ready", cancellationToken);
                return $"/ready answers {answer.Status} {answer.Body.ReplaceLineEndings(" ").Trim()}";
            },
            (string?)null));
    }

    private async Task<IReadOnlyList<string>> RingsAsync(StackSnapshot snapshot, CancellationToken cancellationToken)
    {
        var ingesters = snapshot.Pods.Where(pod => PodFindings.Of("ingester", [pod]).Any()).ToList();
        var found = await Task.WhenAll(
            AskAsync("ingester", "/ingester/ring", ["distributor", "querier", "ingester"], ingesters.Count),
            AskAsync("distributor", "/distributor/ring", ["distributor"], 0),
            AskAsync("memberlist", "/memberlist", ["distributor", "ingester", "querier", "compactor", "query-frontend"], 0));
        return [.. found.OfType<string>()];

        async Task<string?> AskAsync(string ring, string path, string[] components, int expected)
        {
            foreach (var pod in components.SelectMany(component => PodFindings.Of(component, snapshot.Pods)).Where(pod => pod.Status?.Phase == "Running").Take(2))
            {
                if (PodDoor.Of(pod) is { IsTls: false } door && await OrNothingAsync(() => RingAsync(pod, door, path, cancellationToken), null) is { } members)
                {
                    return $"{(ring == "memberlist" ? "memberlist" : $"ring of {ring}s")}, as {pod.Metadata.Name} sees it: {members.Describe(expected)}";
                }
            }

            return null;
        }
    }

    private async Task<RingMembers?> RingAsync(V1Pod pod, PodDoor door, string path, CancellationToken cancellationToken)
    {
        using var http = PodHttp.Plain(cluster, @namespace, pod.Metadata.Name, door.Http);
        var answer = await http.GetAsync(path, cancellationToken);
        return answer.IsSuccess ? RingMembers.Parse(answer.Body) : null;
    }

    /// <summary>What cannot be asked is left out: the rest still explains something.</summary>
    private static async Task<T> OrNothingAsync<T>(Func<Task<T>> ask, T nothing)
    {
        try
        {
            return await ask();
        }
        catch (Exception exception) when (exception is DiagnosticException or HttpOperationException or HttpRequestException or IOException or TimeoutException or OperationCanceledException or WebSocketException)
        {
            return nothing;
        }
    }
}
