using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Admission.Kinds;

/// <summary>What is odd about a pod or a template but not refused, in the words of the API server.</summary>
public static class PodWarnings
{
    private const string AppArmor = "container.apparmor.security.beta.kubernetes.io/";

    private static readonly string[] Workloads = [BuiltInResources.Deployments, BuiltInResources.ReplicaSets, BuiltInResources.StatefulSets, BuiltInResources.Jobs];
    private static readonly string[] Bytes = ["memory", "ephemeral-storage"];

    /// <summary>Of new pods, and of workloads that are new or whose specification changes.</summary>
    public static IEnumerable<string> Find(ResourceType type, JsonObject next, JsonObject? live)
    {
        var root = new Field(next, "", []);
        return type.Resource == BuiltInResources.Pods ? live is null ? Of(root) : []
            : Workloads.Contains(type.Resource) && !JsonNode.DeepEquals(next.At("spec"), live.At("spec")) ? Of(root["spec"]["template"])
            : [];
    }

    private static IEnumerable<string> Of(Field pod)
    {
        var spec = pod["spec"];
        List<Field> containers = [.. spec["initContainers"].Items, .. spec["containers"].Items];
        return
        [
            .. PullSecrets(spec["imagePullSecrets"].Items),
            .. containers.SelectMany(container => (IEnumerable<string>)[.. Annotations(pod, container), .. Amounts(container["resources"]), .. Variables(container["env"].Items)]),
            .. Ports(containers),
            .. PortNames([.. spec["initContainers"].Items.Where(container => container["restartPolicy"].Text == "Always"), .. spec["containers"].Items]),
        ];
    }

    private static IEnumerable<string> PullSecrets(IReadOnlyList<Field> secrets)
    {
        var names = secrets.Select(secret => secret["name"]).ToList();
        return [.. Repeated(names).Select(name => $"{name.Path}: duplicate name \"{name.Text}\""), .. names.Where(name => name.Text.Length == 0).Select(name => $"{name.Path}: invalid empty name \"\"")];
    }

    private static IEnumerable<string> Annotations(Field pod, Field container)
    {
        var annotation = pod["metadata"]["annotations"].Key(AppArmor + container["name"].Text);
        return annotation.IsSet && !container["securityContext"]["appArmorProfile"].IsSet && !pod["spec"]["securityContext"]["appArmorProfile"].IsSet
            ? [$"{annotation.Path}: deprecated since v1.30; use the \"appArmorProfile\" field instead"] : [];
    }

    private static IEnumerable<string> Amounts(Field resources) =>
        from name in Bytes
        from list in (string[])["limits", "requests"]
        let amount = resources[list].Key(name)
        where Quantity.Find(amount.Value) is { } value && value.Value != decimal.Truncate(value.Value)
        select $"{amount.Path}: fractional byte value \"{amount.Text}\" is invalid, must be an integer";

    /// <summary>One that adds to what the name stood for before hides nothing.</summary>
    private static IEnumerable<string> Variables(IReadOnlyList<Field> variables) =>
        from name in Repeated([.. variables.Select(variable => variable["name"])])
        let variable = variables.First(one => one["name"].Path == name.Path)
        let reference = $"$({name.Text})"
        where variable["valueFrom"].IsSet || variable["value"].Text == reference || !variable["value"].Text.Contains(reference, StringComparison.Ordinal)
        select $"{variable.Path}: hides previous definition of \"{name.Text}\", which may be dropped when using apply";

    private static IEnumerable<string> Ports(IEnumerable<Field> containers)
    {
        var before = new List<Field>();
        foreach (var port in containers.SelectMany(container => container["ports"].Items))
        {
            foreach (var other in before.Where(other => other["containerPort"].Number == port["containerPort"].Number && other["protocol"].Text == port["protocol"].Text))
            {
                var (host, otherHost) = (port["hostPort"].Number ?? 0, other["hostPort"].Number ?? 0);
                var (address, otherAddress) = (port["hostIP"].Text, other["hostIP"].Text);
                var word = host == otherHost && address == otherAddress ? "duplicate"
                    : host == 0 || otherHost == 0 ? "overlapping"
                    : host == otherHost && (address.Length == 0) != (otherAddress.Length == 0) ? "dangerously ambiguous"
                    : null;
                if (word is not null)
                {
                    yield return $"{port.Path}: {word} port definition with {other.Path}";
                }
            }

            before.Add(port);
        }
    }

    private static IEnumerable<string> PortNames(IEnumerable<Field> containers)
    {
        var first = new Dictionary<string, string>();
        foreach (var port in containers.SelectMany(container => container["ports"].Items).Where(port => port["name"].Text.Length > 0))
        {
            var name = port["name"].Text;
            if (!first.TryAdd(name, port.Path))
            {
                yield return $"{port.Path}: duplicate port name \"{name}\" with {first[name]}, services and probes that select ports by name will use {first[name]}";
            }
        }
    }

    /// <summary>Those of which there was one before.</summary>
    private static IEnumerable<Field> Repeated(IReadOnlyList<Field> names)
    {
        var seen = new HashSet<string>();
        return names.Where(name => !seen.Add(name.Text));
    }
}
