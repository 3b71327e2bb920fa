using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Images;

namespace TempoCos.Cluster.Kubelet.Containers;

/// <summary>
/// What a kubelet refuses to start: root where <c>runAsNonRoot</c> stands. A process of this machine runs as the cluster's own user whatever
/// its security context asks for; only a user of 0 in the specification itself is refused for it.
/// </summary>
public static class SecurityContext
{
    /// <exception cref="ContainerException">The container would run as root, and must not.</exception>
    public static void Check(JsonObject pod, JsonObject container, ContainerImage image)
    {
        if (!Of(pod, container, "runAsNonRoot").Flag())
        {
            return;
        }

        var who = $"(pod: \"{pod.Text("metadata", "name")}_{pod.Text("metadata", "namespace")}({pod.Text("metadata", "uid")})\", container: {container.Text("name")})";
        var user = Of(pod, container, "runAsUser").Number();
        if (user == 0)
        {
            throw new ContainerException("CreateContainerConfigError", $"container's runAsUser breaks non-root policy {who}");
        }

        if (user is null && image.RunsAsRoot == true)
        {
            throw new ContainerException("CreateContainerConfigError", $"container has runAsNonRoot and image will run as root {who}");
        }
    }

    /// <summary>A setting of the container, else of its pod.</summary>
    public static JsonNode? Of(JsonObject pod, JsonObject container, string name) =>
        container.At("securityContext", name) ?? pod.At("spec", "securityContext", name);
}
