using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Api.Admission.PodSecurity;

/// <summary>Pod Security admission: refuses pods that a namespace's labels do not allow, and warns of them and of the templates of those to come.</summary>
public sealed class PodSecurityAdmission(ObjectStore store)
{
    private static readonly string[] Workloads = [BuiltInResources.Deployments, BuiltInResources.ReplicaSets, BuiltInResources.StatefulSets, BuiltInResources.Jobs];

    public void Check(ResourceType type, JsonObject next, JsonObject? live, WriteOptions options)
    {
        if (type.Resource == BuiltInResources.Namespaces)
        {
            CheckNamespace(type, next, live, options);
        }
        else if (type.Resource == BuiltInResources.Pods)
        {
            if (Policy(next) is { } policy && (live is null || !Images(next).SequenceEqual(Images(live))))
            {
                CheckPod(type, next, policy, options);
            }
        }
        else if (Workloads.Contains(type.Resource) && options.Warn is not null && Policy(next) is { } policy)
        {
            Warn(new PodView(next.At("spec", "template", "metadata"), next.At("spec", "template", "spec")), policy, options);
        }
    }

    private static void CheckPod(ResourceType type, JsonObject pod, PodSecurityPolicy policy, WriteOptions options)
    {
        var view = new PodView(pod.At("metadata"), pod.At("spec"));
        if (PodSecurityChecks.Find(view, policy.Enforce) is { Count: > 0 } violations)
        {
            throw ApiException.Forbidden(type.Resource, pod.Text("metadata", "name") ?? "", $"violates PodSecurity \"{policy.Enforce}\": {string.Join(", ", violations)}");
        }

        Warn(view, policy, options);
    }

    private static void Warn(PodView pod, PodSecurityPolicy policy, WriteOptions options)
    {
        if (options.Warn is { } warn && PodSecurityChecks.Find(pod, policy.Warn) is { Count: > 0 } violations)
        {
            warn($"would violate PodSecurity \"{policy.Warn}\": {string.Join(", ", violations)}");
        }
    }

    private static IEnumerable<string?> Images(JsonObject pod) =>
        ((string[])["initContainers", "containers", "ephemeralContainers"]).SelectMany(list => pod.Objects("spec", list).Select(container => container.Text("image")).Append(list));

    /// <summary>Null where a namespace asks nothing.</summary>
    private PodSecurityPolicy? Policy(JsonObject one) =>
        store.Find(new ObjectKey(BuiltInResources.Namespaces, "", one.Text("metadata", "namespace") ?? "")) is { } ns && ns.Labels.Keys.Any(IsLabel) ? PodSecurityPolicy.Of(ns.Labels) : null;

    private static bool IsLabel(string label) => label.StartsWith(PodSecurityPolicy.Prefix, StringComparison.Ordinal);

    private void CheckNamespace(ResourceType type, JsonObject next, JsonObject? live, WriteOptions options)
    {
        var labels = next.TextMap("metadata", "labels");
        if (!labels.Keys.Any(IsLabel))
        {
            return;
        }

        var policy = PodSecurityPolicy.Of(labels);
        var before = PodSecurityPolicy.Of(live.TextMap("metadata", "labels"));
        if (policy.Errors.Count > 0 && (live is null || !policy.Errors.SequenceEqual(before.Errors)))
        {
            throw ApiException.Invalid(type.Kind, type.Group, next.Text("metadata", "name") ?? "", policy.Errors);
        }

        var (now, then) = (policy.Enforce, before.Enforce);
        if (live is not null && options.Warn is { } warn && now.Level != PodSecurityLevel.Privileged && now != then && (now.Minor != then.Minor || now.Level > then.Level))
        {
            WarnOfPods(next.Text("metadata", "name")!, now, warn);
        }
    }

    /// <summary>Those that are there already stay; who tightens a namespace is told of them.</summary>
    private void WarnOfPods(string ns, PodSecurityStandard standard, Action<string> warn)
    {
        var violating = store.List(BuiltInResources.Pods, ns).Objects.Select(stored => stored.ToObject())
            .Select(pod => (Name: pod.Text("metadata", "name")!, Reasons: string.Join(", ", PodSecurityChecks.Find(new PodView(pod.At("metadata"), pod.At("spec")), standard).Select(one => one.Reason))))
            .Where(pod => pod.Reasons.Length > 0).GroupBy(pod => pod.Reasons)
            .Select(group => $"{group.Min(pod => pod.Name)}{(group.Count() switch { 1 => "", 2 => " (and 1 other pod)", var count => $" (and {count - 1} other pods)" })}: {group.Key}")
            .Order(StringComparer.Ordinal).ToList();
        if (violating.Count > 0)
        {
            warn($"existing pods in namespace \"{ns}\" violate the new PodSecurity enforce level \"{standard}\"");
            violating.ForEach(warn);
        }
    }
}
