using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Api.Admission;

/// <summary>LimitRanges: what containers get that ask for nothing, and how much or little one may ask for.</summary>
public sealed class LimitRanges(ObjectStore store)
{
    /// <summary>Gives the containers of a pod what they do not say themselves.</summary>
    public void Fill(ResourceType type, JsonObject given)
    {
        foreach (var limit in type.Resource == BuiltInResources.Pods ? Limits(given, "Container") : [])
        {
            foreach (var container in Containers(given))
            {
                Fill(container, limit);
            }
        }
    }

    public void Check(ResourceType type, JsonObject given)
    {
        if (type.Resource == BuiltInResources.Claims)
        {
            foreach (var limit in Limits(given, "PersistentVolumeClaim"))
            {
                Bound(type, given, limit, given.At("spec"));
            }
        }
        else if (type.Resource == BuiltInResources.Pods)
        {
            foreach (var limit in Limits(given, "Container"))
            {
                foreach (var container in Containers(given))
                {
                    Bound(type, given, limit, container);
                }
            }
        }
    }

    private static IEnumerable<JsonObject> Containers(JsonObject pod) => pod.Objects("spec", "containers").Concat(pod.Objects("spec", "initContainers"));

    private List<JsonObject> Limits(JsonObject given, string type) =>
        [.. store.List(BuiltInResources.LimitRanges, given.Text("metadata", "namespace") ?? "").Objects.SelectMany(range => range.ToObject().Objects("spec", "limits")).Where(limit => limit.Text("type") == type)];

    private static void Fill(JsonObject container, JsonObject limit)
    {
        foreach (var (name, most) in limit.At("default") as JsonObject ?? [])
        {
            container.Ensure("resources", "limits")[name] ??= most?.DeepClone();
        }

        foreach (var (name, asked) in limit.At("defaultRequest") as JsonObject ?? [])
        {
            container.Ensure("resources", "requests")[name] ??= asked?.DeepClone();
        }
    }

    private static void Bound(ResourceType type, JsonObject given, JsonObject limit, JsonNode? holder)
    {
        var problems = new List<string>();
        foreach (var (name, least) in limit.At("min") as JsonObject ?? [])
        {
            var asked = holder.At("resources", "requests", name);
            if (asked is null)
            {
                problems.Add($"minimum {name} usage per {limit.Text("type")} is {least}. No request is specified");
            }
            else if (Quantity.Parse(asked).Value < Quantity.Parse(least).Value)
            {
                problems.Add($"minimum {name} usage per {limit.Text("type")} is {least}, but request is {asked}");
            }
        }

        var list = type.Resource == BuiltInResources.Claims ? "requests" : "limits";
        foreach (var (name, most) in limit.At("max") as JsonObject ?? [])
        {
            var asked = holder.At("resources", list, name);
            if (asked is null)
            {
                problems.Add($"maximum {name} usage per {limit.Text("type")} is {most}. No limit is specified");
            }
            else if (Quantity.Parse(asked).Value > Quantity.Parse(most).Value)
            {
                problems.Add($"maximum {name} usage per {limit.Text("type")} is {most}, but {list.TrimEnd('s')} is {asked}");
            }
        }

        if (problems.Count > 0)
        {
            throw ApiException.Forbidden(type.Resource, given.Text("metadata", "name") ?? "", problems.Count == 1 ? problems[0] : $"[{string.Join(", ", problems)}]");
        }
    }
}
