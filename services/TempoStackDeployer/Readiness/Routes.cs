using System.Net;
using k8s;
using k8s.Autorest;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Readiness;

/// <summary>OpenShift's Routes, which the client has no type for.</summary>
internal static class Routes
{
    public static async Task<bool> ExistsAsync(ClusterConnection cluster, string @namespace, string name, CancellationToken cancellationToken)
    {
        try
        {
            await cluster.Client.CustomObjects.GetNamespacedCustomObjectAsync("route.openshift.io", "v1", @namespace, "routes", name, cancellationToken);
            return true;
        }
        catch (HttpOperationException exception) when (exception.Is(HttpStatusCode.NotFound))
        {
            return false;
        }
    }
}
