using System.Globalization;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace TempoCos.Cluster.Tests.Kubelet;

/// <summary>Pods of shell commands, and waiting for what becomes of them.</summary>
public static class Pods
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A pod whose one container, <c>main</c>, runs the script.</summary>
    public static V1Pod Shell(string name, string script, Action<V1Pod>? change = null)
    {
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = name },
            Spec = new V1PodSpec { TerminationGracePeriodSeconds = 5, Containers = [Container("main", script)] },
        };
        change?.Invoke(pod);
        return pod;
    }

    public static V1Container Container(string name, string script) => new() { Name = name, Image = "example.com/shell:1", Command = ["/bin/sh", "-c", script] };

    public static Task<V1Pod> CreateAsync(this TestCluster cluster, V1Pod pod) =>
        cluster.Client.CoreV1.CreateNamespacedPodAsync(pod, "default", cancellationToken: Cancellation);

    public static async Task<V1Pod?> FindAsync(this TestCluster cluster, string name)
    {
        try
        {
            return await cluster.Client.CoreV1.ReadNamespacedPodAsync(name, "default", cancellationToken: Cancellation);
        }
        catch (HttpOperationException missing) when (missing.Response.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public static Task<V1Pod> UntilAsync(this TestCluster cluster, string name, string what, Func<V1Pod, bool> condition) =>
        Eventually.AsAsync($"pod {name}: {what}", async () => await cluster.FindAsync(name) is { } pod && condition(pod) ? pod : null);

    public static Task<V1Pod> ReadyAsync(this TestCluster cluster, string name) =>
        cluster.UntilAsync(name, "ready", pod => pod.Status?.ContainerStatuses is { Count: > 0 } all && all.All(status => status.Ready));

    public static Task GoneAsync(this TestCluster cluster, string name) => Eventually.TrueAsync($"pod {name} to be gone", async () => await cluster.FindAsync(name) is null);

    public static V1ContainerState? State(this V1Pod pod) => pod.Status?.ContainerStatuses is [var main, ..] ? main.State : null;

    public static async Task<IReadOnlyList<Corev1Event>> EventsAsync(this TestCluster cluster, string name) =>
        [.. (await cluster.Client.CoreV1.ListNamespacedEventAsync("default", cancellationToken: Cancellation)).Items.Where(one => one.InvolvedObject.Name == name)];

    public static Task EventAsync(this TestCluster cluster, string name, string reason, string message) =>
        Eventually.TrueAsync($"an event {reason} of {name}: {message}", async () =>
            (await cluster.EventsAsync(name)).Any(one => one.Reason == reason && one.Message.Contains(message, StringComparison.Ordinal)));

    public static async Task<string> LogAsync(this TestCluster cluster, string name, string? container = null, bool? previous = null, int? tail = null, int? limitBytes = null, bool? timestamps = null)
    {
        await using var stream = await cluster.Client.CoreV1.ReadNamespacedPodLogAsync(
            name, "default", container: container, previous: previous, tailLines: tail, limitBytes: limitBytes, timestamps: timestamps, cancellationToken: Cancellation);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Cancellation);
    }

    /// <summary>Waits for the text in the log, whether or not the container has one already.</summary>
    public static Task LoggedAsync(this TestCluster cluster, string name, string text) =>
        Eventually.TrueAsync($"{text} in the log of {name}", async () =>
        {
            try
            {
                return (await cluster.LogAsync(name)).Contains(text, StringComparison.Ordinal);
            }
            catch (HttpOperationException waiting) when (waiting.Response.StatusCode == System.Net.HttpStatusCode.BadRequest)
            {
                return false;
            }
        });

    public static int ProcessId(this V1Pod pod) => int.Parse(pod.Status.ContainerStatuses[0].ContainerID["process://".Length..], CultureInfo.InvariantCulture);
}
