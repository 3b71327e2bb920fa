using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Selection;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Network;

/// <summary>Which pods stand behind a service, and where they listen.</summary>
public sealed class ServiceTargets(ObjectStore store, PodPorts ports)
{
    /// <summary>The pods that a service selects, oldest first.</summary>
    public IReadOnlyList<JsonObject> Pods(JsonObject service)
    {
        if (service.At("spec", "selector") is not JsonObject { Count: > 0 } selector)
        {
            return [];
        }

        var wanted = LabelSelector.From(selector);
        return [.. store.List(BuiltInResources.Pods, service.Text("metadata", "namespace")!).Objects
            .Where(pod => !pod.Deleting && wanted.Matches(pod.Labels))
            .Select(pod => pod.ToObject())
            .OrderBy(pod => pod.Text("metadata", "creationTimestamp"), StringComparer.Ordinal)
            .ThenBy(pod => pod.Text("metadata", "name"), StringComparer.Ordinal)];
    }

    public static bool IsReady(JsonObject pod) =>
        pod.Objects("status", "conditions").Any(condition => condition.Text("type") == "Ready" && condition.Text("status") == "True");

    /// <summary>Where a pod's process listens for what the service's port leads to, or null.</summary>
    public int? LocalPort(JsonObject pod, JsonObject servicePort) => Mapping(pod, servicePort)?.LocalPort;

    /// <summary>The port of a pod that the service's port leads to, as the pod declares it, or null.</summary>
    public int? ContainerPort(JsonObject pod, JsonObject servicePort) => Mapping(pod, servicePort)?.ContainerPort;

    /// <summary>
    /// The pods behind a port that are not ready, of a service that publishes them: DNS would give their addresses to clients that are connected
    /// to others already.
    /// </summary>
    public IReadOnlyList<int> Waiting(ObjectKey service, string portName, int port) =>
        store.Find(service)?.ToObject() is { } found && found.Flag("spec", "publishNotReadyAddresses") && !IsRing(portName)
            && found.Objects("spec", "ports").FirstOrDefault(one => one.Number("port") == port && (one.Text("name") ?? "") == portName) is { } servicePort
            ? [.. Pods(found).Where(pod => !IsReady(pod)).Select(pod => LocalPort(pod, servicePort)).OfType<int>()]
            : [];

    /// <summary>
    /// Where connections to a service's port go: to ready pods in turn; to any pod when the service publishes those that are not ready. Then
    /// the members of a ring all meet at the oldest, and else those that are not ready come first, since they may wait for just that connection.
    /// </summary>
    public IReadOnlyList<int> Of(ObjectKey service, string portName, int port, int turn)
    {
        if (store.Find(service)?.ToObject() is not { } found
            || found.Objects("spec", "ports").FirstOrDefault(one => one.Number("port") == port && (one.Text("name") ?? "") == portName) is not { } servicePort)
        {
            return [];
        }

        var publishAll = found.Flag("spec", "publishNotReadyAddresses");
        if (publishAll && !IsRing(portName))
        {
            return [.. Pods(found).OrderBy(IsReady).Select(pod => LocalPort(pod, servicePort)).OfType<int>()];
        }

        int[] locals = [.. Pods(found).Where(pod => publishAll || IsReady(pod)).Select(pod => LocalPort(pod, servicePort)).OfType<int>()];
        return publishAll || locals.Length == 0 ? locals : [.. locals[(turn % locals.Length)..], .. locals[..(turn % locals.Length)]];
    }

    /// <summary>The same, and each time another pod's turn.</summary>
    public Func<IReadOnlyList<int>> InTurn(ObjectKey service, string portName, int port)
    {
        var turn = 0;
        return () => Of(service, portName, port, (Interlocked.Increment(ref turn) - 1) & int.MaxValue);
    }

    private PortMapping? Mapping(JsonObject pod, JsonObject servicePort)
    {
        var target = servicePort.At("targetPort");
        var protocol = servicePort.Text("protocol") ?? "TCP";
        return ports.Of(pod.Text("metadata", "uid")!).FirstOrDefault(mapping => mapping.Protocol == protocol
            && (target.Text() is { } name ? mapping.Name == name : mapping.ContainerPort == target.Number()));
    }

    private static bool IsRing(string portName) => portName.EndsWith("memberlist", StringComparison.Ordinal);
}
