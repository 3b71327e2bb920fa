using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Kubelet.Probes;

/// <summary>Where on this machine a probe's port is.</summary>
public static class ProbeTarget
{
    private const string Loopback = "127.0.0.1";

    /// <summary>
    /// The declared port by its name or number. A host of its own is taken as it is written; an undeclared port of the pod is at no place that
    /// anybody knows, and null.
    /// </summary>
    public static (string Host, int Port)? Find(JsonObject action, IReadOnlyList<PortMapping> ports)
    {
        var target = action.At("port");
        var mapping = ports.FirstOrDefault(port => target.Text() is { } name ? port.Name == name : port.ContainerPort == target.Number());
        return action.Text("host") is { Length: > 0 } host && host is not (Loopback or "localhost") ? target.Number() is { } number ? (host, (int)number) : null
            : mapping is not null ? (Loopback, mapping.LocalPort)
            : null;
    }

    public static string Unknown(JsonObject action) => string.Create(CultureInfo.InvariantCulture, $"couldn't find port {action.At("port")} among the ports that the container declares");
}
