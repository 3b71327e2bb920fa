using System.Net;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Processes;
using TempoCos.Cluster.Network.Names;

namespace TempoCos.Cluster.Kubelet.Names;

/// <summary>Tells a pod's programs whom to ask for names: /etc/resolv.conf as a kubelet writes it.</summary>
public sealed class PodResolver(LoopbackBlock block, DnsForwarder machine, PrivateMounts mounts)
{
    /// <summary>Why programs that run as processes cannot resolve the names of services; null when they can.</summary>
    public string? Problem => block.Problem
        ?? (mounts.CanResolve ? null : "this user may make no mount namespaces (unshare --mount), or the machine has no /etc/resolv.conf: processes of pods resolve names as the machine does");

    /// <summary>Whom they ask; null when there is nobody.</summary>
    public IPAddress? Server => block.Server;

    /// <summary>Writes the pod's file and says where it is; null when the pod has the machine's.</summary>
    public string? Write(JsonObject pod, string directory)
    {
        var policy = pod.Text("spec", "dnsPolicy") ?? "ClusterFirst";
        if (block.Server is not { } server || policy == "Default" || (policy == "ClusterFirst" && pod.Flag("spec", "hostNetwork")))
        {
            return null;
        }

        var isOwn = policy == "None";
        var own = pod.At("spec", "dnsConfig") as JsonObject ?? [];
        string[] servers = isOwn ? [] : [$"{server}"];
        string[] search = isOwn ? [] : [$"{pod.Text("metadata", "namespace")}.svc.{ServiceNames.Zone}", $"svc.{ServiceNames.Zone}", ServiceNames.Zone, .. machine.Configured("search")];
        string[] options = isOwn ? [] : ["ndots:5"];
        options = [.. options, .. own.Objects("options").Select(option => option.Text("value") is { } value ? $"{option.Text("name")}:{value}" : option.Text("name") ?? "")];
        string[] all = [.. servers, .. own.Texts("nameservers")];
        var file = Path.Combine(directory, "resolv.conf");
        string[] lines =
        [
            .. new[] { string.Join(' ', ["search", .. search, .. own.Texts("searches")]) }.Where(line => line != "search"),
            .. all.Distinct().Select(one => $"nameserver {one}"),
            .. new[] { string.Join(' ', ["options", .. options]) }.Where(line => line != "options"),
        ];

        // Another container of the pod may have it open.
        if (!File.Exists(file) || !File.ReadLines(file).SequenceEqual(lines))
        {
            Directory.CreateDirectory(directory);
            File.WriteAllLines(file, lines);
        }

        return file;
    }
}
