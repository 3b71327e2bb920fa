using System.Text;
using k8s;
using k8s.Autorest;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Readiness;

/// <summary>What the pods of a component tell: why they wait, how often they restarted, events, last log lines.</summary>
internal sealed class PodFindings(ClusterConnection cluster, string @namespace)
{
    private const int LogLines = 10;
    private const int MostEvents = 3;
    private const int LongestLine = 500;

    public static IEnumerable<V1Pod> Of(string component, IEnumerable<V1Pod> pods) =>
        pods.Where(pod => pod.Metadata.Labels is { } labels && labels.TryGetValue("app.kubernetes.io/component", out var value) && value == component);

    /// <summary>0 fine, 1 not ready, 2 cannot be scheduled or started, 3 ended or restarted.</summary>
    public static int Severity(V1Pod pod) => pod switch
    {
        _ when Statuses(pod).Any(status => status.RestartCount > 0 || status.State?.Terminated is not null) || pod.Status?.Phase == "Failed" => 3,
        _ when Statuses(pod).Any(status => status.State?.Waiting?.Reason is not (null or "ContainerCreating" or "PodInitializing")) || Unscheduled(pod) is not null => 2,
        _ when !IsReady(pod) => 1,
        _ => 0,
    };

    public static bool IsReady(V1Pod pod) =>
        pod.Metadata.DeletionTimestamp is null && pod.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;

    public async Task<string> DescribeAsync(ExpectedWorkload workload, IEnumerable<V1Pod> pods, CancellationToken cancellationToken)
    {
        if (Of(workload.Component, pods).OrderByDescending(Severity).FirstOrDefault() is not { } pod)
        {
            return "; it has no pod" + await EventsAsync(workload.Name, cancellationToken);
        }

        var text = new StringBuilder($"; pod {pod.Metadata.Name} is {pod.Status?.Phase ?? "without a phase"}");
        if (Unscheduled(pod) is { } unscheduled)
        {
            text.Append($", not scheduled: {unscheduled}");
        }

        var troubled = Statuses(pod).OrderBy(status => status.Ready).ThenByDescending(status => status.RestartCount).FirstOrDefault();
        if (troubled is not null)
        {
            text.Append(Describe(troubled));
        }

        text.Append(await EventsAsync(pod.Metadata.Name, cancellationToken));
        if (troubled is not null)
        {
            text.Append(await LogAsync(pod, troubled, cancellationToken));
        }

        return text.ToString();
    }

    public static IEnumerable<V1ContainerStatus> Statuses(V1Pod pod) => (pod.Status?.InitContainerStatuses ?? []).Where(status => status.State?.Terminated?.ExitCode != 0)
        .Concat(pod.Status?.ContainerStatuses ?? []);

    public static string? Unscheduled(V1Pod pod) =>
        pod.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: "PodScheduled", Status: "False" }) is { } condition
            ? $"{condition.Reason}, {condition.Message}"
            : null;

    private static string Describe(V1ContainerStatus status)
    {
        var text = new StringBuilder();
        if (status.State?.Waiting is { } waiting)
        {
            text.Append($", container {status.Name} waits: {waiting.Reason}{(string.IsNullOrEmpty(waiting.Message) ? "" : $" ({waiting.Message})")}");
        }
        else if (status.State?.Terminated is { } ended)
        {
            text.Append($", container {status.Name} ended: {ended.Reason}, exit code {ended.ExitCode}");
        }
        else
        {
            text.Append($", container {status.Name} runs but is {(status.Ready ? "" : "not ")}ready");
        }

        if (status.RestartCount > 0)
        {
            text.Append($", restarts: {status.RestartCount}");
        }

        if (status.LastState?.Terminated is { } last)
        {
            text.Append($", last ended: {last.Reason}, exit code {last.ExitCode}");
        }

        return text.ToString();
    }

    private async Task<string> EventsAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var events = await cluster.Client.CoreV1.ListNamespacedEventAsync(
                @namespace, fieldSelector: $"involvedObject.name={name}", cancellationToken: cancellationToken);
            var warnings = events.Items
                .Where(item => item.Type == "Warning" && item.InvolvedObject.Name == name)
                .OrderBy(item => item.LastTimestamp ?? item.EventTime ?? item.FirstTimestamp)
                .Select(item => $"\n  event: {item.Reason}: {Cut(item.Message)}");
            return string.Concat(warnings.TakeLast(MostEvents));
        }
        catch (Exception exception) when (exception is DiagnosticException or HttpOperationException)
        {
            return "";
        }
    }

    private async Task<string> LogAsync(V1Pod pod, V1ContainerStatus status, CancellationToken cancellationToken)
    {
        var lines = await TailAsync(pod, status.Name, false, cancellationToken);
        if (lines.Length == 0 && status.RestartCount > 0)
        {
            lines = await TailAsync(pod, status.Name, true, cancellationToken);
        }

        return lines.Length == 0 ? "" : $"\n  last log lines of {pod.Metadata.Name}:" + string.Concat(lines.Select(line => $"\n    {Cut(line)}"));
    }

    private async Task<string[]> TailAsync(V1Pod pod, string container, bool previous, CancellationToken cancellationToken)
    {
        try
        {
            await using var log = await cluster.Client.CoreV1.ReadNamespacedPodLogAsync(
                pod.Metadata.Name, @namespace, container, previous: previous ? true : null, tailLines: LogLines, cancellationToken: cancellationToken);
            using var reader = new StreamReader(log);
            var text = await reader.ReadToEndAsync(cancellationToken);
            return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(LogLines)];
        }
        catch (Exception exception) when (exception is DiagnosticException or HttpOperationException or IOException)
        {
            return [];
        }
    }

    public static string Cut(string line) => line.Length <= LongestLine ? line : line[..LongestLine] + "…";
}
