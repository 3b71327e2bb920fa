using k8s.Models;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Readiness;

/// <summary>Compares what is there with what is expected.</summary>
internal static class ReadinessCheck
{
    /// <summary>The conditions with which the operator gives up; only one of the stack's current generation counts.</summary>
    private static readonly string[] GivenUp = ["Failed", "ConfigurationError"];

    public static IReadOnlyList<ComponentState> Workloads(ExpectedObjects expected, StackSnapshot snapshot) =>
        [.. expected.Workloads.Select(workload => workload.Kind == WorkloadKind.Deployment
            ? State(workload, snapshot.Deployments.FirstOrDefault(item => item.Metadata.Name == workload.Name))
            : State(workload, snapshot.StatefulSets.FirstOrDefault(item => item.Metadata.Name == workload.Name)))];

    /// <summary>What is missing of service account, services and ingress; empty when everything is as it should be.</summary>
    public static IReadOnlyList<string> Missing(ExpectedObjects expected, StackSnapshot snapshot)
    {
        var missing = new List<string>();
        if (expected.ServiceAccount is { } account && snapshot.ServiceAccounts.All(item => item.Metadata.Name != account))
        {
            missing.Add($"service account {account}");
        }

        foreach (var service in expected.Services)
        {
            missing.AddRange(Missing(service, snapshot.Services.FirstOrDefault(item => item.Metadata.Name == service.Name)));
        }

        if (expected.Ingress is { } ingress && !snapshot.Ingresses.Any(item => item.Metadata.Name == ingress.Name && Backends(item).Contains((ingress.Service, ingress.Port))))
        {
            missing.Add($"ingress {ingress.Name} to the port {ingress.Port} of the service {ingress.Service}");
        }

        return missing;
    }

    public static bool IsReady(StackSnapshot snapshot) => Current(snapshot.Stack).Any(condition => condition is { Type: "Ready", IsTrue: true });

    /// <summary>The condition with which the operator has given up, if it has.</summary>
    public static StatusCondition? GaveUp(StackSnapshot snapshot) =>
        Current(snapshot.Stack).FirstOrDefault(condition => condition.IsTrue && GivenUp.Contains(condition.Type));

    /// <summary>The condition that holds, in words.</summary>
    public static string Describe(StackSnapshot snapshot) =>
        snapshot.Stack is null
            ? "the stack does not exist"
            : Current(snapshot.Stack).FirstOrDefault(condition => condition.IsTrue) is { } condition
                ? $"{condition.Type}: {condition.Reason}, {condition.Message}"
                : "the operator has not written a condition";

    private static IEnumerable<StatusCondition> Current(TempoStack? stack) =>
        stack?.Status?.Conditions?.Where(condition => condition.ObservedGeneration is null or 0 || condition.ObservedGeneration >= (stack.Metadata.Generation ?? 0)) ?? [];

    private static ComponentState State(ExpectedWorkload workload, V1Deployment? item) =>
        item is null
            ? new ComponentState(workload, false, $"no Deployment {workload.Name}")
            : State(
                workload, item.Metadata, item.Spec?.Replicas, item.Status?.ObservedGeneration, item.Status?.UpdatedReplicas, item.Status?.ReadyReplicas,
                // Pods of an earlier template are ready, too, and stay as long as those of the present one are not.
                Math.Max(0, (item.Status?.Replicas ?? 0) - (item.Status?.UpdatedReplicas ?? 0)));

    private static ComponentState State(ExpectedWorkload workload, V1StatefulSet? item) =>
        item is null
            ? new ComponentState(workload, false, $"no StatefulSet {workload.Name}")
            : State(workload, item.Metadata, item.Spec?.Replicas, item.Status?.ObservedGeneration, item.Status?.UpdatedReplicas ?? item.Status?.ReadyReplicas, item.Status?.ReadyReplicas);

    private static ComponentState State(ExpectedWorkload workload, V1ObjectMeta metadata, int? wanted, long? observed, int? updated, int? ready, int old = 0)
    {
        var replicas = wanted ?? 1;
        if (workload.Replicas is { } asked && asked != replicas)
        {
            return new ComponentState(workload, false, $"{replicas} replicas are set where the manifest asks for {asked}");
        }

        var current = observed is null || observed >= (metadata.Generation ?? 0);
        var enough = (ready ?? 0) >= Math.Max(replicas, 1) && (updated ?? 0) >= replicas;
        return new ComponentState(workload, current && enough && old == 0, $"{ready ?? 0} of {replicas} ready{(old > 0 ? $", {old} of them not yet as asked for" : "")}");
    }

    private static IEnumerable<string> Missing(ExpectedService expected, V1Service? service)
    {
        if (service is null)
        {
            return [$"service {expected.Name}"];
        }

        var ports = service.Spec.Ports ?? [];
        var missing = expected.Ports
            .Where(wanted => !ports.Any(port => port.Name == wanted.Name && port.Port == wanted.Port && (port.Protocol ?? "TCP") == wanted.Protocol))
            .Select(wanted => $"port {wanted.Name} ({wanted.Port}/{wanted.Protocol}) of service {expected.Name}");
        return expected.Headless && service.Spec.ClusterIP != "None" ? missing.Append($"service {expected.Name} without a cluster IP (headless)") : missing;
    }

    private static IEnumerable<(string Service, string Port)> Backends(V1Ingress ingress)
    {
        var rules = (ingress.Spec?.Rules ?? []).SelectMany(rule => rule.Http?.Paths ?? []).Select(path => path.Backend);
        return rules.Append(ingress.Spec?.DefaultBackend).Where(backend => backend?.Service is not null)
            .Select(backend => (backend!.Service.Name, backend.Service.Port?.Name ?? ""));
    }
}
