using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Api.Admission;

/// <summary>A new pod has the priority of its PriorityClass, which must be there; and of several classes one at most is everybody's.</summary>
public sealed class PriorityAdmission(ObjectStore store)
{
    /// <summary>The most that a class may be worth that is not the system's.</summary>
    public const long Most = 1_000_000_000;

    private const string Preempting = "PreemptLowerPriority";
    private const string FromClass = "from the given PriorityClass name";

    /// <summary>The classes that every cluster has, and what they are worth.</summary>
    public static IReadOnlyDictionary<string, int> SystemClasses { get; } = new Dictionary<string, int> { ["system-node-critical"] = 2_000_001_000, ["system-cluster-critical"] = 2_000_000_000 };

    /// <exception cref="ApiException">403: there is no such class, or the pod says something else than its class.</exception>
    public void Admit(JsonObject pod)
    {
        var spec = pod.Ensure("spec");
        var given = spec.Text("priorityClassName") is { Length: > 0 } name
            ? store.Find(new ObjectKey(BuiltInResources.PriorityClasses, "", name))?.ToObject() ?? throw Refusal(pod, $"no PriorityClass with name {name} was found")
            : Default();
        if (given is not null)
        {
            spec["priorityClassName"] = given.Text("metadata", "name");
        }

        var priority = given.Number("value") ?? 0;
        if (spec.Number("priority") is { } asked && asked != priority)
        {
            throw Refusal(pod, $"the integer value of priority ({asked}) must not be provided in pod spec; priority admission controller computed {priority} {FromClass}");
        }

        var policy = given.Text("preemptionPolicy") ?? Preempting;
        if (spec.Text("preemptionPolicy") is { } wanted && wanted != policy)
        {
            throw Refusal(pod, $"the string value of PreemptionPolicy ({wanted}) must not be provided in pod spec; priority admission controller computed {policy} {FromClass}");
        }

        spec["priority"] = priority;
        spec["preemptionPolicy"] = policy;
    }

    /// <summary>Who replaces a pod need not repeat what it was given.</summary>
    public static void Keep(JsonObject pod, JsonObject live)
    {
        foreach (var field in (string[])["priority", "preemptionPolicy"])
        {
            if (pod.At("spec", field) is null && live.At("spec", field) is { } value)
            {
                pod.Ensure("spec")[field] = value.DeepClone();
            }
        }
    }

    /// <exception cref="ApiException">403: another one is for all pods that name none.</exception>
    public void CheckDefault(ResourceType type, JsonObject given)
    {
        var name = given.Text("metadata", "name") ?? "";
        if (type.Resource == BuiltInResources.PriorityClasses && given.Flag("globalDefault") && Default().Text("metadata", "name") is { } other && other != name)
        {
            throw ApiException.Forbidden(type.Resource, name, $"PriorityClass {other} is already marked as default. Only one default can exist");
        }
    }

    /// <summary>By the name that the client gave, as <see cref="ServiceAccountAdmission"/>.</summary>
    private static ApiException Refusal(JsonObject pod, string why) => ApiException.Forbidden(BuiltInResources.Pods, ServiceAccountAdmission.GivenName(pod), why);

    private JsonObject? Default() => store.List(BuiltInResources.PriorityClasses).Objects.Select(stored => stored.ToObject())
        .Where(one => one.Flag("globalDefault")).MinBy(one => one.Number("value") ?? 0);
}
