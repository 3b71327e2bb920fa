#if ASPIRE_KUBERNETES
using Aspire.Hosting.Kubernetes;
using Aspire.Hosting.Kubernetes.Resources;

namespace TempoCos.AppHost;

/// <summary>A service's pod in the chart, as deploy/kustomize has it: the account of its name, probes, limits, a user that is not root and a root that is read-only.</summary>
internal static class KubernetesPod
{
    private const string Scratch = "scratch";
    private const string State = "state";

    public static void Harden(KubernetesResource service)
    {
        if (service.Workload?.PodTemplate.Spec is not { } pod)
        {
            return;
        }

        pod.ServiceAccountName = service.Name.Replace("-service", "", StringComparison.Ordinal);
        pod.SecurityContext = new PodSecurityContextV1
        {
            RunAsNonRoot = true,
            RunAsUser = 1654,
            RunAsGroup = 1654,
            FsGroup = 1654,
            SeccompProfile = new SeccompProfileV1 { Type = "RuntimeDefault" },
        };
        pod.Volumes.Add(new VolumeV1 { Name = Scratch, EmptyDir = new EmptyDirVolumeSourceV1() });
        pod.Volumes.Add(new VolumeV1 { Name = State, EmptyDir = new EmptyDirVolumeSourceV1() });
        foreach (var container in pod.Containers)
        {
            container.SecurityContext = new SecurityContextV1 { AllowPrivilegeEscalation = false, ReadOnlyRootFilesystem = true, Capabilities = new CapabilitiesV1 { Drop = { "ALL" } } };
            container.Resources = new ResourceRequirementsV1 { Requests = { ["cpu"] = "50m", ["memory"] = "128Mi" }, Limits = { ["memory"] = "512Mi" } };
            container.VolumeMounts.Add(new VolumeMountV1 { Name = Scratch, MountPath = "/tmp" });
            container.VolumeMounts.Add(new VolumeMountV1 { Name = State, MountPath = Publishing.Home });
            container.StartupProbe = Ask("/health", period: 1, failures: 60);
            container.ReadinessProbe = Ask("/health", period: 5, failures: 3);
            container.LivenessProbe = Ask("/alive", period: 10, failures: 6);
        }
    }

    private static ProbeV1 Ask(string path, int period, int failures) =>
        new() { HttpGet = new HttpGetActionV1 { Path = path, Port = "http", Scheme = "HTTP" }, PeriodSeconds = period, FailureThreshold = failures, TimeoutSeconds = 3 };
}
#endif
