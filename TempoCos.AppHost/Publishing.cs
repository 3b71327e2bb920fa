using Microsoft.Extensions.Configuration;

namespace TempoCos.AppHost;

/// <summary>
/// <c>aspire publish</c>: the same services as a Helm chart. Nothing is run, so nothing of this machine may get into it. Secrets of its settings are published as parameters without
/// their values, since Aspire keeps those of all parameters in a file of its own.
/// </summary>
internal static class Publishing
{
    /// <summary>Of ledgers and receipts, in the containers.</summary>
    public const string Home = "/var/lib/tempocos";

    /// <summary>Aspire's own rule: an operation other than run, or without one, a publisher.</summary>
    public static bool Is(IConfiguration configuration) => (configuration["operation"] ?? configuration["AppHost:Operation"]) is { } operation
        ? !operation.Equals("run", StringComparison.OrdinalIgnoreCase)
        : (configuration["publisher"] ?? configuration["Publishing:Publisher"]) is not null;

    /// <summary>What the chart is for; without Microsoft's package for Kubernetes nobody can write one.</summary>
    public static void AddKubernetes(this IDistributedApplicationBuilder builder)
    {
#if ASPIRE_KUBERNETES
        builder.AddKubernetesEnvironment("kubernetes").WithDashboard(dashboard => dashboard.PublishAsKubernetesService(KubernetesPod.Restrict));
#endif
    }

    /// <summary>What a pod needs beyond what a process of this machine does: an address that others reach, probes, limits, and no rights that it does not use.</summary>
    public static IResourceBuilder<ProjectResource> AsPod(this IResourceBuilder<ProjectResource> service, IConfiguration configuration)
    {
        if (!Is(configuration))
        {
            return service;
        }

#if ASPIRE_KUBERNETES
        service.PublishAsKubernetesService(KubernetesPod.Harden);
#endif
        return service.WithEnvironment("BIND_ADDRESS", "0.0.0.0");
    }
}
