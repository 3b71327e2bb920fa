using System.Text.RegularExpressions;
using k8s.Models;
using TempoCos.TempoStackDeployer.Readiness.Evidence;

namespace TempoCos.TempoStackDeployer.Readiness.Causes;

/// <summary>What a pod's status, its events and its log say of why it is not ready.</summary>
internal static partial class PodCauses
{
    private const int ManyRestarts = 3;

    private static readonly string[] ImageReasons = ["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError", "RegistryUnavailable"];

    public static IEnumerable<Cause> Of(string component, V1Pod pod, StackEvidence evidence)
    {
        if (PodFindings.IsReady(pod) || pod.Metadata.DeletionTimestamp is not null)
        {
            return [];
        }

        var name = pod.Metadata.Name;
        if (PodFindings.Unscheduled(pod) is { } unscheduled)
        {
            return [Unscheduled(component, pod, unscheduled, evidence)];
        }

        var statuses = PodFindings.Statuses(pod).Where(status => !status.Ready).ToList();
        var found = statuses.Select(status => Of(component, pod, status, evidence)).OfType<Cause>().ToList();
        if (found.Count > 0)
        {
            return found;
        }

        if (evidence.WarningsOf(name).FirstOrDefault(warning => warning.Reason is "FailedMount" or "FailedAttachVolume") is { } mount)
        {
            return [Mount(component, name, mount.Message)];
        }

        return pod.Status?.Phase == "Failed"
            ? [new Cause(CauseDepth.Crash, Codes.ContainerEnds, component, name, $"pod {name} failed: {pod.Status.Reason} {pod.Status.Message}".TrimEnd(' ', ':'), Describe(pod)) { Pod = name }]
            : [];
    }

    private static Cause? Of(string component, V1Pod pod, V1ContainerStatus status, StackEvidence evidence)
    {
        var name = pod.Metadata.Name;
        var waiting = status.State?.Waiting;
        if (waiting is not null && ImageReasons.Contains(waiting.Reason))
        {
            return Image(component, pod, status, evidence);
        }

        if (waiting?.Reason is "CreateContainerConfigError" or "CreateContainerError" or "RunContainerError")
        {
            return Configuration(component, name, status.Name, waiting.Reason, waiting.Message);
        }

        // What has ended and is started again, and what has ended just now.
        var ended = status.State?.Terminated ?? status.LastState?.Terminated;
        return ended is not null && (status.RestartCount > 0 || status.State?.Terminated is not null)
            ? Ended(component, pod, status, ended, evidence)
            : status.State?.Running is not null ? Unready(component, pod, status, evidence) : null;
    }

    private static Cause Image(string component, V1Pod pod, V1ContainerStatus status, StackEvidence evidence)
    {
        var waiting = status.State.Waiting;
        // What the registry said comes first, then the kubelet's own "Error: ErrImagePull".
        var pull = evidence.WarningsOf(pod.Metadata.Name).Where(warning => warning.Reason is "Failed" or "ErrImagePull")
            .LastOrDefault(warning => warning.Message?.StartsWith("Failed to pull", StringComparison.OrdinalIgnoreCase) == true);
        var message = (waiting.Reason == "ImagePullBackOff" ? pull?.Message : null) ?? waiting.Message ?? pull?.Message ?? "";
        return new Cause(
            CauseDepth.Image, Codes.ImagePull, component, status.Image,
            $"the image of container {status.Name} cannot be had: {waiting.Reason}{(message.Length == 0 ? "" : $", {PodFindings.Cut(message).TrimEnd('.')}")}",
            $"Correct the image's name (spec.images), or let the nodes pull it: see `kubectl -n {pod.Metadata.NamespaceProperty} describe pod {pod.Metadata.Name}` for the registry's answer, and imagePullSecrets.")
        {
            Pod = pod.Metadata.Name,
            IsFinal = waiting.Reason is "InvalidImageName" or "ErrImageNeverPull" || WrongImage().IsMatch(message),
        };
    }

    private static Cause Configuration(string component, string pod, string container, string reason, string? message)
    {
        var text = (message ?? "no reason given").TrimEnd('.');
        var isMissing = Absent().IsMatch(text);
        return new Cause(
            CauseDepth.Missing, Codes.SecretOrVolume, component, pod,
            $"container {container} cannot be made: {reason}, {PodFindings.Cut(text)}",
            isMissing
                ? "Create the Secret, ConfigMap or key that the text names; the storage Secret needs endpoint, bucket, access_key_id and access_key_secret."
                : "Correct what the text names.")
        { Pod = pod, IsFinal = isMissing };
    }

    private static Cause Mount(string component, string pod, string? message)
    {
        var text = (message ?? "no reason given").TrimEnd('.');
        return Absent().IsMatch(text)
            ? new Cause(
                CauseDepth.Missing, Codes.SecretOrVolume, component, pod, $"a volume cannot be mounted: {PodFindings.Cut(text)}",
                "Create the Secret or ConfigMap that the text names, or look at the operator's log for why it did not.")
            { Pod = pod }
            : new Cause(
                CauseDepth.Placement, Codes.NoPlace, component, pod, $"a volume cannot be mounted: {PodFindings.Cut(text)}",
                "See that the volume exists, is not attached to another node, and that its storage class works.")
            { Pod = pod };
    }

    private static Cause Unscheduled(string component, V1Pod pod, string scheduler, StackEvidence evidence)
    {
        var claims = (pod.Spec?.Volumes ?? []).Select(volume => volume.PersistentVolumeClaim?.ClaimName).OfType<string>();
        if (claims.Select(evidence.Claim).FirstOrDefault(claim => claim?.Status?.Phase is not (null or "Bound")) is { } unbound)
        {
            var why = evidence.WarningsOf(unbound.Metadata.Name).LastOrDefault()?.Message ?? evidence.EventsOf(unbound.Metadata.Name).LastOrDefault()?.Message;
            var storageClass = unbound.Spec?.StorageClassName;
            return new Cause(
                CauseDepth.Placement, Codes.NoPlace, component, $"persistentvolumeclaim {unbound.Metadata.Name}",
                $"its volume claim {unbound.Metadata.Name} ({(storageClass is null ? "no storage class" : $"storage class {storageClass}")}) is {unbound.Status?.Phase}"
                    + $"{(string.IsNullOrWhiteSpace(why) ? "" : $": {PodFindings.Cut(why).TrimEnd('.')}")}; the scheduler says: {PodFindings.Cut(scheduler).TrimEnd('.')}",
                "Name a storage class that exists (spec.storageClassName; `kubectl get storageclass`), make one the default, or provide a volume.")
            {
                Pod = pod.Metadata.Name,
                IsFinal = why is not null && NoStorageClass().IsMatch(why),
            };
        }

        return new Cause(
            CauseDepth.Placement, Codes.NoPlace, component, pod.Metadata.Name, $"no node takes the pod: {PodFindings.Cut(scheduler).TrimEnd('.')}",
            "Ask for less (spec.resources.total.limits, spec.size), let the pod tolerate or select other nodes (nodeSelector, tolerations), or add a node.")
        { Pod = pod.Metadata.Name };
    }

    private static Cause Ended(string component, V1Pod pod, V1ContainerStatus status, V1ContainerStateTerminated ended, StackEvidence evidence)
    {
        var name = pod.Metadata.Name;
        var times = status.RestartCount > 0 ? $", restarted {status.RestartCount} times" : "";
        if (ended.Reason == "OOMKilled")
        {
            var limit = pod.Spec?.Containers.FirstOrDefault(container => container.Name == status.Name)?.Resources?.Limits is { } limits && limits.TryGetValue("memory", out var memory) ? memory.ToString() : null;
            return new Cause(
                CauseDepth.Memory, Codes.OutOfMemory, component, name,
                $"container {status.Name} was killed for its memory (OOMKilled, exit code {ended.ExitCode}{times}{(limit is null ? "" : $", limit {limit}")})",
                "Give the stack more memory: a TempoStack's spec.resources.total.limits.memory is split among the components, or set the component's own resources; a TempoMonolithic has spec.resources.limits.memory.")
            {
                Pod = name,
                Container = status.Name,
                IsFinal = status.RestartCount >= ManyRestarts,
            };
        }

        var log = evidence.LogOf(name, status.Name);
        var how = $"container {status.Name} ended: {ended.Reason}, exit code {ended.ExitCode}{times}";
        if (LogCauses.Of(component, name, how, log) is { } told)
        {
            return told with { Pod = name, Container = status.Name, IsFinal = told.IsFinal && status.RestartCount >= 1 };
        }

        var liveness = evidence.WarningsOf(name).LastOrDefault(warning => warning.Message?.Contains("Liveness probe failed", StringComparison.OrdinalIgnoreCase) == true);
        return liveness is not null
            ? new Cause(CauseDepth.Crash, Codes.ProbeFails, component, name, $"{how}; the kubelet ends it: {PodFindings.Cut(liveness.Message)}".TrimEnd('.'), Describe(pod)) { Pod = name, Container = status.Name }
            : new Cause(CauseDepth.Crash, Codes.ContainerEnds, component, name, how, Describe(pod)) { Pod = name, Container = status.Name };
    }

    private static Cause Unready(string component, V1Pod pod, V1ContainerStatus status, StackEvidence evidence)
    {
        var name = pod.Metadata.Name;
        var says = evidence.ReadyOf(name);
        var probe = evidence.WarningsOf(name).LastOrDefault(warning => warning.Reason == "Unhealthy")?.Message;
        var why = says ?? probe;
        var waits = says is not null && WaitsForOthers().IsMatch(says);
        return new Cause(
            waits ? CauseDepth.Waiting : CauseDepth.Unready, Codes.ProbeFails, component, name,
            $"container {status.Name} runs but is not ready{(why is null ? "" : $": {PodFindings.Cut(why.ReplaceLineEndings(" ")).TrimEnd('.', ' ')}")}", Describe(pod))
        {
            Pod = name,
            Container = status.Name,
        };
    }

    private static string Describe(V1Pod pod) =>
        $"Look at `kubectl -n {pod.Metadata.NamespaceProperty} describe pod {pod.Metadata.Name}` and at `kubectl -n {pod.Metadata.NamespaceProperty} logs{(PodFindings.Statuses(pod).Any(status => status.RestartCount > 0) ? " --previous" : "")} {pod.Metadata.Name}`.";

    [GeneratedRegex("not found|manifest unknown|name unknown|repository does not exist|no such image|invalid reference|couldn't parse image|unauthorized|denied|forbidden", RegexOptions.IgnoreCase)]
    private static partial Regex WrongImage();

    [GeneratedRegex("not found|couldn't find key|references non-existent", RegexOptions.IgnoreCase)]
    private static partial Regex Absent();

    [GeneratedRegex("storageclass.*not found|no storage class is set|no persistent volumes available", RegexOptions.IgnoreCase)]
    private static partial Regex NoStorageClass();

    [GeneratedRegex("number of queriers connected|waiting for .* after being ready|instance .* past heartbeat|not ready: instance", RegexOptions.IgnoreCase)]
    private static partial Regex WaitsForOthers();
}
