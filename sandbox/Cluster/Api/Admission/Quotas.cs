using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Api.Admission;

/// <summary>ResourceQuotas: what a namespace may hold. Usage is counted from the objects that are there.</summary>
public sealed class Quotas(ObjectStore store)
{
    private readonly Lock gate = new();

    public JsonObject? Within(ResourceType type, JsonObject given, Func<JsonObject?> write)
    {
        var ns = given.Text("metadata", "namespace") ?? "";
        if (ns.Length == 0 || store.List(BuiltInResources.Quotas, ns).Objects is not { Count: > 0 } quotas)
        {
            return write();
        }

        // Two that count at the same time would both fit.
        lock (gate)
        {
            foreach (var quota in quotas)
            {
                Check(type, given, quota);
            }

            return write();
        }
    }

    private void Check(ResourceType type, JsonObject given, StoredObject quota)
    {
        var hard = quota.ToObject().At("spec", "hard") as JsonObject ?? [];
        var name = given.Text("metadata", "name") ?? "";
        var missing = hard.Select(limit => limit.Key).Select(limit => (Limit: limit, Containers: QuotaUsage.Unspecified(type.Resource, given, limit))).Where(one => one.Containers.Count > 0).ToList();
        if (missing.Count > 0)
        {
            throw ApiException.Forbidden(type.Resource, name,
                $"failed quota: {quota.Key.Name}: must specify {string.Join("; ", missing.Order().Select(one => $"{one.Limit} for: {string.Join(",", one.Containers)}"))}");
        }

        var (requested, used, limited) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var (limit, value) in hard.OrderBy(limit => limit.Key, StringComparer.Ordinal))
        {
            var more = QuotaUsage.Of(type.Resource, given, limit);
            if (more.Value == 0)
            {
                continue;
            }

            var (now, allowed) = (QuotaUsage.Of(store, quota.Key.Namespace, limit), Quantity.Parse(value));
            if ((now + more).Value > allowed.Value)
            {
                requested.Add($"{limit}={more}");
                used.Add($"{limit}={now}");
                limited.Add($"{limit}={allowed}");
            }
        }

        if (requested.Count > 0)
        {
            throw ApiException.Forbidden(type.Resource, name,
                $"exceeded quota: {quota.Key.Name}, requested: {string.Join(",", requested)}, used: {string.Join(",", used)}, limited: {string.Join(",", limited)}");
        }
    }
}
