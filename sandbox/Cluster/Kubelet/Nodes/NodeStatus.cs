using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Discovery;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Controllers.Scheduling;
using TempoCos.Cluster.Kubelet.Names;

namespace TempoCos.Cluster.Kubelet.Nodes;

/// <summary>What the node's status says: this machine's cores, memory and disk, and that it is well.</summary>
public static class NodeStatus
{
    /// <summary>Type of the condition that says whether programs in pods can resolve names of services.</summary>
    public const string NamesResolve = "tempocos.dev/ClusterNames";

    public static string OperatingSystemName => OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";

    public static string Architecture => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        var other => other.ToString().ToLowerInvariant(),
    };

    public static JsonObject Of(JsonObject node, string limits, PodResolver resolver, string directory, string now)
    {
        var capacity = NodeCapacity.Capacity();
        capacity["ephemeral-storage"] = string.Create(CultureInfo.InvariantCulture, $"{new DriveInfo(directory).TotalSize >> 10}Ki");

        // What may be requested is set at the start, or by hand.
        var allocatable = capacity.Copy();
        foreach (var (name, amount) in node.At("status", "allocatable") as JsonObject ?? [])
        {
            allocatable[name] = amount?.DeepClone();
        }

        return new JsonObject
        {
            ["capacity"] = capacity,
            ["allocatable"] = allocatable,
            ["conditions"] = new JsonArray(
                Condition(node, "MemoryPressure", false, "KubeletHasSufficientMemory", "kubelet has sufficient memory available", now),
                Condition(node, "DiskPressure", false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure", now),
                Condition(node, "PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available", now),
                Condition(node, "Ready", true, "KubeletReady", "kubelet is posting ready status; pods run as processes of this machine", now),
                // Not Kubernetes': how far limits can be relied on here.
                Condition(node, "tempocos.dev/MemoryLimits", limits != "observation", limits == "observation" ? "NoControlGroups" : "ControlGroups",
                    limits != "observation" ? $"memory limits are kept by {limits}"
                        : OperatingSystem.IsLinux() ? "this user may make no control groups: processes over their memory limit are ended when that is seen"
                        : "only Linux has control groups: processes may go over their memory limit", now),
                Condition(node, NamesResolve, resolver.Problem is null, resolver.Problem is null ? "ClusterDNS" : "NoClusterDNS", resolver.Problem ?? $"pods ask {resolver.Server} for names", now)),
            ["addresses"] = new JsonArray(
                new JsonObject { ["type"] = "InternalIP", ["address"] = "127.0.0.1" },
                new JsonObject { ["type"] = "Hostname", ["address"] = PodKubelet.Node }),
            ["daemonEndpoints"] = new JsonObject { ["kubeletEndpoint"] = new JsonObject { ["Port"] = 0 } },
            ["nodeInfo"] = new JsonObject
            {
                ["kubeletVersion"] = PlainDiscovery.GitVersion,
                ["kubeProxyVersion"] = PlainDiscovery.GitVersion,
                ["containerRuntimeVersion"] = "process://1",
                ["operatingSystem"] = OperatingSystemName,
                ["architecture"] = Architecture,
                ["osImage"] = RuntimeInformation.OSDescription,
                ["kernelVersion"] = Environment.OSVersion.Version.ToString(),
                ["machineID"] = "",
                ["systemUUID"] = "",
                ["bootID"] = "",
            },
        };
    }

    private static JsonObject Condition(JsonObject node, string type, bool value, string reason, string message, string now)
    {
        var before = node.Objects("status", "conditions").FirstOrDefault(condition => condition.Text("type") == type);
        var status = value ? "True" : "False";
        return new JsonObject
        {
            ["type"] = type,
            ["status"] = status,
            ["reason"] = reason,
            ["message"] = message,
            ["lastHeartbeatTime"] = now,
            ["lastTransitionTime"] = before.Text("status") == status ? before.Text("lastTransitionTime") ?? now : now,
        };
    }
}
