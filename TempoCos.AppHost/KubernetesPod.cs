#if ASPIRE_KUBERNETES
using Aspire.Hosting.Kubernetes;
using Aspire.Hosting.Kubernetes.Resources;

namespace TempoCos.AppHost;

/// <summary>The pods of the chart, as deploy/kustomize has them: the account of a service's name, probes, limits, a user that is not root and a root that is read-only.</summary>
internal static class KubernetesPod
{
    private const string Deployer = "tempostack-deployer";
    private const string Pipeline = "pipeline";
    private const string Scratch = "scratch";
    private const string State = "state";

    /// <summary>Who asks the cluster; the others have no token.</summary>
    private static readonly string[] Askers = ["cos-provisioner", Deployer, "query-verifier"];

    /// <summary>Of one of the services.</summary>
    public static void Harden(KubernetesResource service)
    {
        if (service.Workload is not Deployment { PodTemplate.Spec: var pod } deployment)
        {
            return;
        }

        Restrict(service);
        var name = service.Name.Replace("-service", "", StringComparison.Ordinal);
        pod.ServiceAccountName = name;
        pod.AutomountServiceAccountToken = Askers.Contains(name);
        pod.EnableServiceLinks = false;

        // Interrupted, a run first removes what it made.
        pod.TerminationGracePeriodSeconds = name == Pipeline ? 300 : null;

        // Of a ledger, and of the ways to a stack, there is one holder.
        deployment.Spec.Strategy = new DeploymentStrategyV1 { Type = "Recreate", RollingUpdate = null! };
        pod.Volumes.Add(new VolumeV1 { Name = Scratch, EmptyDir = new EmptyDirVolumeSourceV1() });
        pod.Volumes.Add(new VolumeV1 { Name = State, EmptyDir = new EmptyDirVolumeSourceV1() });
        foreach (var container in pod.Containers)
        {
            container.SecurityContext!.ReadOnlyRootFilesystem = true;
            container.Resources = new ResourceRequirementsV1 { Requests = { ["cpu"] = "50m", ["memory"] = "128Mi" }, Limits = { ["memory"] = "512Mi" } };
            container.VolumeMounts.Add(new VolumeMountV1 { Name = Scratch, MountPath = "/tmp" });
            container.VolumeMounts.Add(new VolumeMountV1 { Name = State, MountPath = Publishing.Home });
            container.StartupProbe = Ask("/health", period: 1, failures: 60);
            container.ReadinessProbe = Ask("/health", period: 5, failures: 3);
            container.LivenessProbe = Ask("/alive", period: 10, failures: 6);
            if (name == Deployer)
            {
                // Where it listens for the other services when it adds something on the way to Tempo, such as the operator's certificates.
                container.Env.Add(new EnvVarV1 { Name = "POD_IP", ValueFrom = new EnvVarSourceV1 { FieldRef = new ObjectFieldSelectorV1 { FieldPath = "status.podIP" } } });
            }
        }
    }

    /// <summary>Fit for the restricted Pod Security Standard, as Aspire's own dashboard has to be, too.</summary>
    public static void Restrict(KubernetesResource service)
    {
        if (service.Workload?.PodTemplate.Spec is not { } pod)
        {
            return;
        }

        pod.AutomountServiceAccountToken = false;
        pod.SecurityContext = new PodSecurityContextV1
        {
            RunAsNonRoot = true,
            RunAsUser = 1654,
            RunAsGroup = 1654,
            FsGroup = 1654,
            SeccompProfile = new SeccompProfileV1 { Type = "RuntimeDefault" },
        };
        foreach (var container in pod.Containers)
        {
            container.SecurityContext = new SecurityContextV1 { AllowPrivilegeEscalation = false, Capabilities = new CapabilitiesV1 { Drop = { "ALL" } } };
        }
    }

    private static ProbeV1 Ask(string path, int period, int failures) =>
        new() { HttpGet = new HttpGetActionV1 { Path = path, Port = "http", Scheme = "HTTP" }, PeriodSeconds = period, FailureThreshold = failures, TimeoutSeconds = 3 };
}
#endif
