using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Limits;

namespace TempoCos.Cluster.Kubelet.Volumes;

/// <summary>The downward API: fields of a pod and of its containers' resources, for variables and for files.</summary>
public static class PodFields
{
    private const string Loopback = "127.0.0.1";

    /// <summary>The value of a <c>fieldRef</c>'s path; null when there is no such field.</summary>
    public static string? Field(JsonObject pod, string path)
    {
        if (path.IndexOf('[', StringComparison.Ordinal) is > 0 and var bracket && path.EndsWith(']'))
        {
            return pod.At(path[..bracket].Split('.')).Text(path[(bracket + 1)..^1].Trim('\'', '"')) ?? "";
        }

        return path switch
        {
            "status.podIP" or "status.hostIP" or "status.podIPs" or "status.hostIPs" => Loopback,
            "metadata.labels" or "metadata.annotations" => Lines(pod.TextMap(path.Split('.'))),
            "spec.serviceAccountName" => pod.Text("spec", "serviceAccountName") ?? "default",
            "spec.nodeName" => pod.Text("spec", "nodeName") ?? PodKubelet.Node,
            _ => pod.Text(path.Split('.')),
        };
    }

    /// <summary>The value of a <c>resourceFieldRef</c>, in units of its divisor and rounded up; where there is no limit, what the machine has.</summary>
    public static string? Resource(JsonObject pod, JsonObject? container, JsonNode reference)
    {
        if (reference.Text("containerName") is { } name)
        {
            container = pod.Objects("spec", "containers").Concat(pod.Objects("spec", "initContainers")).FirstOrDefault(one => one.Text("name") == name);
        }

        string[] parts = (reference.Text("resource") ?? "").Split('.', 2);
        if (parts.Length != 2)
        {
            return null;
        }

        var divisor = Quantity.Parse(reference.At("divisor")).Value is > 0 and var given ? given : 1;
        var value = Quantity.Find(container.At("resources", parts[0], parts[1]))?.Value ?? (parts[0], parts[1]) switch
        {
            ("limits", "cpu") => Environment.ProcessorCount,
            ("limits", "memory") => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            _ => 0,
        };
        return Math.Ceiling(value / divisor).ToString(CultureInfo.InvariantCulture);
    }

    private static string Lines(IReadOnlyDictionary<string, string> map)
    {
        var lines = new StringBuilder();
        foreach (var (key, value) in map.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            lines.Append(lines.Length > 0 ? "\n" : "").Append(key).Append('=').Append(Quoted(value));
        }

        return lines.ToString();
    }

    private static string Quoted(string value) =>
        $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";
}
