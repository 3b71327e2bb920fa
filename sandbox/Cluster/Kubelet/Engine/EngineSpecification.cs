using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Containers;
using TempoCos.Cluster.Kubelet.Images;
using TempoCos.Cluster.Kubelet.Limits;
using TempoCos.Cluster.Kubelet.Processes;

namespace TempoCos.Cluster.Kubelet.Engine;

/// <summary>A container as the engine is asked to create it.</summary>
public static class EngineSpecification
{
    // They are this machine's, not the image's.
    private static readonly string[] OfMachine = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot", "DOTNET_ROOT", "TEMPOCOS_PARENT_PID"];

    public static JsonObject Of(
        JsonObject pod, JsonObject container, ContainerImage image, ContainerView view, IReadOnlyDictionary<string, string> environment, string label)
    {
        var limits = ResourceLimits.Of(container);
        var declared = container.Objects("env").Select(variable => variable.Text("name")).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var host = new JsonObject
        {
            ["NetworkMode"] = "host",
            ["Binds"] = Binds(container, view),
            ["ReadonlyRootfs"] = container.Flag("securityContext", "readOnlyRootFilesystem"),
            ["CapDrop"] = container.At("securityContext", "capabilities", "drop")?.DeepClone() ?? new JsonArray(),
            ["CapAdd"] = container.At("securityContext", "capabilities", "add")?.DeepClone() ?? new JsonArray(),
            ["SecurityOpt"] = container.At("securityContext", "allowPrivilegeEscalation") is { } allow && !allow.Flag() ? new JsonArray("no-new-privileges") : new JsonArray(),
        };
        if (limits.MemoryBytes is { } memory)
        {
            host["Memory"] = memory;
            host["MemorySwap"] = memory;
        }

        if (limits.CpuMillis is { } cpu)
        {
            host["NanoCpus"] = cpu * 1_000_000;
        }

        var specification = new JsonObject
        {
            ["Image"] = image.EngineImage,
            ["Env"] = environment.Where(variable => declared.Contains(variable.Key) || !OfMachine.Contains(variable.Key)).Select(variable => (JsonNode)$"{variable.Key}={variable.Value}").ToJsonArray(),
            ["Labels"] = new JsonObject
            {
                [ContainerEngine.ClusterLabel] = label,
                ["io.kubernetes.pod.namespace"] = pod.Text("metadata", "namespace"),
                ["io.kubernetes.pod.name"] = pod.Text("metadata", "name"),
                ["io.kubernetes.container.name"] = container.Text("name"),
            },
            ["HostConfig"] = host,
        };
        Words(specification, "Entrypoint", container.Texts("command"), view, environment);
        Words(specification, "Cmd", container.Texts("args").Concat(view.MoreArguments()), view, environment);
        if (User(pod, container) is { } user)
        {
            specification["User"] = user;
        }

        if (container.Text("workingDir") is { Length: > 0 } directory)
        {
            specification["WorkingDir"] = directory;
        }

        return specification;
    }

    private static JsonArray Binds(JsonObject container, ContainerView view)
    {
        var binds = view.Mounts.All.Select(mount => $"{Path.GetFullPath(mount.Directory)}:{mount.Path}{(mount.ReadOnly ? ":ro" : "")}").ToList();
        if (view.AccountDirectory is { } account && container.Objects("volumeMounts").All(mount => mount.Text("mountPath") != PrivateMounts.AccountPath))
        {
            binds.Add($"{Path.GetFullPath(account)}:{PrivateMounts.AccountPath}:ro");
        }

        if (view.ResolverFile is { } resolver)
        {
            binds.Add($"{Path.GetFullPath(resolver)}:/etc/resolv.conf:ro");
        }

        return binds.Distinct().Select(bind => (JsonNode)bind).ToJsonArray();
    }

    private static void Words(JsonObject specification, string name, IEnumerable<string> words, ContainerView view, IReadOnlyDictionary<string, string> environment)
    {
        var all = words.Select(word => (JsonNode)view.Argument(ContainerEnvironment.Expand(word, environment))).ToJsonArray();
        if (all.Count > 0)
        {
            specification[name] = all;
        }
    }

    private static string? User(JsonObject pod, JsonObject container) => SecurityContext.Of(pod, container, "runAsUser").Number() is not { } user ? null
        : SecurityContext.Of(pod, container, "runAsGroup").Number() is { } group ? string.Create(CultureInfo.InvariantCulture, $"{user}:{group}")
        : user.ToString(CultureInfo.InvariantCulture);
}
