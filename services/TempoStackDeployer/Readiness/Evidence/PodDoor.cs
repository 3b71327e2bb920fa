using k8s.Models;

namespace TempoCos.TempoStackDeployer.Readiness.Evidence;

/// <summary>Where a pod answers over HTTP: its own port, and the one that the kubelet asks whether it is ready.</summary>
/// <param name="Http">Port of everything that Tempo tells.</param>
/// <param name="IsTls">The operator encrypts the components' HTTP and asks for a client certificate.</param>
/// <param name="Ready">Port of <c>/ready</c>.</param>
internal sealed record PodDoor(int Http, bool IsTls, int Ready)
{
    private const int Default = 3200;

    /// <summary>Null for a pod without a Tempo in it, such as the gateway's.</summary>
    public static PodDoor? Of(V1Pod pod)
    {
        if (pod.Spec?.Containers.FirstOrDefault(container => container.Name == "tempo") is not { } tempo)
        {
            return null;
        }

        var http = tempo.Ports?.FirstOrDefault(port => port.Name == "http")?.ContainerPort ?? Default;
        var probe = tempo.ReadinessProbe?.HttpGet;
        return new PodDoor(http, probe?.Scheme == "HTTPS", int.TryParse(probe?.Port?.Value, out var number) ? number : http);
    }
}
