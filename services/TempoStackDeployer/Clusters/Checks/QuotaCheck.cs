using System.Globalization;
using k8s;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Readiness;

namespace TempoCos.TempoStackDeployer.Clusters.Checks;

/// <summary>Whether the namespace's quotas and limits leave room for the stack.</summary>
internal static class QuotaCheck
{
    private const decimal Rounding = 0.000001m;

    public static async Task RunAsync(ClusterConnection cluster, StackManifest manifest, StackDemand demand, StageStep step, CancellationToken cancellationToken)
    {
        var quotas = await Optional.LookAsync(() => cluster.Client.CoreV1.ListNamespacedResourceQuotaAsync(manifest.Namespace, cancellationToken: cancellationToken));
        var limits = await Optional.LookAsync(() => cluster.Client.CoreV1.ListNamespacedLimitRangeAsync(manifest.Namespace, cancellationToken: cancellationToken));
        if (quotas is null || limits is null)
        {
            step.Skip("The quotas or limits of the namespace may not be read");
            return;
        }

        if (quotas.Items.Count + limits.Items.Count == 0)
        {
            step.Skip($"The namespace {manifest.Namespace} has no quota and no limits");
            return;
        }

        var ranges = limits.Items.SelectMany(range => range.Spec.Limits.Select(item => (range.Metadata.Name, Item: item))).ToArray();
        var defaults = ranges.Where(range => range.Item.Type == "Container").SelectMany(range => range.Item.DefaultProperty?.Keys ?? []).ToHashSet();
        string[] problems =
        [
            .. quotas.Items.Where(quota => quota.Spec.ScopeSelector is null && (quota.Spec.Scopes ?? []).All(scope => scope == "NotTerminating"))
                .SelectMany(quota => Exceeded(quota, manifest, demand, defaults)),
            .. ranges.SelectMany(range => Beyond(range.Name, range.Item, demand)),
        ];
        step.Evidence["pods"] = $"{demand.Pods}";
        if (problems.Length > 0)
        {
            throw new DiagnosticException(
                Codes.Quota, manifest.Namespace, $"The stack does not fit the namespace: {string.Join("; ", problems)}",
                $"Have the quota or limit raised (`kubectl -n {manifest.Namespace} describe quota,limits`), ask for less (spec.resources.total.limits, spec.storageSize, replicas), or choose another namespace.");
        }

        step.Succeed($"The stack fits {string.Join(", ", quotas.Items.Select(quota => $"the quota {quota.Metadata.Name}").Concat(limits.Items.Select(range => $"the limits {range.Metadata.Name}")))}");
    }

    private static IEnumerable<string> Exceeded(V1ResourceQuota quota, StackManifest manifest, StackDemand demand, HashSet<string> defaults)
    {
        foreach (var (resource, hard) in quota.Status?.Hard ?? quota.Spec.Hard ?? new Dictionary<string, ResourceQuantity>())
        {
            var used = quota.Status?.Used?.TryGetValue(resource, out var quantity) == true ? quantity.ToDecimal() : 0;
            if (resource is "limits.cpu" or "limits.memory" && demand.IsComputeKnown && Needed(resource, manifest, demand) is null && !defaults.Contains(resource["limits.".Length..]))
            {
                yield return $"the quota {quota.Metadata.Name} counts {resource}, and the manifest sets no such limit for every container, so that its pods would be refused";
            }
            else if (Needed(resource, manifest, demand) is { } needed && used + needed > hard.ToDecimal() + Rounding)
            {
                yield return $"the quota {quota.Metadata.Name} allows {hard} {resource}, {Text(used)} are used and {Text(needed)} more are needed";
            }
        }
    }

    private static decimal? Needed(string resource, StackManifest manifest, StackDemand demand) => resource switch
    {
        "pods" or "count/pods" => demand.Pods,
        "persistentvolumeclaims" or "count/persistentvolumeclaims" => demand.Claims,
        "requests.storage" => demand.Claims * demand.Volume,
        "services" or "count/services" => ExpectedObjects.From(manifest).Services.Count,
        _ when demand.StorageClass is { } storage && resource == $"{storage}.storageclass.storage.k8s.io/requests.storage" => demand.Claims * demand.Volume,
        _ when !demand.IsComputeKnown => null,
        "limits.cpu" => demand.Total(component => component.LimitCpu),
        "limits.memory" => demand.Total(component => component.LimitMemory),
        "requests.cpu" or "cpu" => demand.Total(component => component.RequestCpu),
        "requests.memory" or "memory" => demand.Total(component => component.RequestMemory),
        _ => null,
    };

    private static IEnumerable<string> Beyond(string name, V1LimitRangeItem item, StackDemand demand)
    {
        foreach (var (resource, max) in item.Max ?? new Dictionary<string, ResourceQuantity>())
        {
            foreach (var component in demand.IsComputeKnown && item.Type is "Container" or "Pod" ? demand.Components : [])
            {
                var limit = resource switch { "cpu" => component.LimitCpu, "memory" => component.LimitMemory, _ => null } / (item.Type == "Container" ? component.Containers : 1);
                if (limit > max.ToDecimal() + Rounding)
                {
                    yield return $"the limits {name} allow a {item.Type.ToLowerInvariant()} {max} {resource}, and the {component.Component} gets {Text(limit.Value)}";
                }
            }

            if (item.Type == "PersistentVolumeClaim" && resource == "storage" && demand.Claims > 0 && demand.Volume > max.ToDecimal())
            {
                yield return $"the limits {name} allow a volume {max}, and an ingester's has {Text(demand.Volume)}";
            }
        }
    }

    private static string Text(decimal value) => value switch
    {
        >= 1024 * 1024 => (value / (1024 * 1024)).ToString("0.#", CultureInfo.InvariantCulture) + "Mi",
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
