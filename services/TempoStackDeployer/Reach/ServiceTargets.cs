using System.Globalization;
using k8s;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Readiness;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>Finds a ready pod behind a Service, anew for each connection, so that connections survive the pods' restarts.</summary>
internal sealed class ServiceTargets
{
    private readonly ClusterConnection _cluster;
    private readonly ServicePort _port;
    private readonly string _selector;
    private readonly IntOrString _targetPort;

    private ServiceTargets(ClusterConnection cluster, ServicePort port, string selector, IntOrString targetPort)
    {
        _cluster = cluster;
        _port = port;
        _selector = selector;
        _targetPort = targetPort;
    }

    public static async Task<ServiceTargets> OfAsync(ClusterConnection cluster, ServicePort port, CancellationToken cancellationToken)
    {
        var service = await cluster.Client.CoreV1.ReadNamespacedServiceAsync(port.Service, port.Namespace, cancellationToken: cancellationToken);
        var found = service.Spec.Ports?.FirstOrDefault(candidate => candidate.Name == port.Port);
        if (found is null || service.Spec.Selector is not { Count: > 0 } labels)
        {
            throw new DiagnosticException(
                Codes.NotReachable, $"{port.Namespace}/{port.Service}:{port.Port}", "The service has no such port, or selects no pods", "Look at the operator's log; its version may differ from 0.22.");
        }

        return new ServiceTargets(
            cluster, port, string.Join(',', labels.Select(label => $"{label.Key}={label.Value}")),
            found.TargetPort ?? (IntOrString)found.Port.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>A pod, or null when there is none at the moment.</summary>
    /// <param name="ready">Only one that is ready, as against one that at least runs.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public async Task<PodTarget?> FindAsync(bool ready, CancellationToken cancellationToken)
    {
        var pods = await _cluster.Client.CoreV1.ListNamespacedPodAsync(_port.Namespace, labelSelector: _selector, cancellationToken: cancellationToken);
        var targets = pods.Items.Where(pod => PodFindings.IsReady(pod) || (!ready && pod is { Metadata.DeletionTimestamp: null, Status.Phase: "Running" }))
            .Select(pod => (Pod: pod, Port: ContainerPort(pod)))
            .Where(candidate => candidate.Port is not null)
            .Select(candidate => new PodTarget(candidate.Pod.Metadata.Name, candidate.Port!.Value))
            .ToArray();
        return targets.Length == 0 ? null : targets[Random.Shared.Next(targets.Length)];
    }

    private int? ContainerPort(V1Pod pod) =>
        int.TryParse(_targetPort.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : pod.Spec.Containers.SelectMany(container => container.Ports ?? []).FirstOrDefault(port => port.Name == _targetPort.Value)?.ContainerPort;
}
