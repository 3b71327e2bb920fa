using System.Net.Http.Json;
using System.Text.Json;
using k8s;

namespace TempoCos.EndToEnd.Tests;

/// <summary>What stands in the cloud and in the cluster that a run could have made.</summary>
public static class SandboxInventory
{
    public static Task<IReadOnlyList<string>> OfAsync(RunningAppHost apphost) =>
        OfAsync(apphost.App.GetEndpoint("ibm-cloud", "http"), Path.Combine(apphost.Home, "sandbox", "cluster", "kubeconfig"));

    public static async Task<IReadOnlyList<string>> OfAsync(Uri cloud, string kubeconfig) => [.. await OfCloudAsync(cloud), .. await OfClusterAsync(kubeconfig)];

    private static async Task<IEnumerable<string>> OfCloudAsync(Uri cloud)
    {
        using var http = new HttpClient { BaseAddress = cloud };
        var inventory = await http.GetFromJsonAsync<JsonElement>("/_/admin/inventory", TestContext.Current.CancellationToken);
        return Named("resourceGroups", found => !found.GetProperty("default").GetBoolean())
            .Concat(Named("resourceInstances", found => found.GetProperty("state").GetString() != "removed"))
            .Concat(Named("resourceKeys", _ => true))
            .Concat(Named("buckets", _ => true));

        IEnumerable<string> Named(string kind, Func<JsonElement, bool> counts) =>
            [.. inventory.GetProperty(kind).EnumerateArray().Where(counts).Select(found => $"{kind}: {found.GetProperty("name").GetString()}")];
    }

    public static async Task<IEnumerable<string>> OfClusterAsync(string kubeconfig)
    {
        using var cluster = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        var cancellation = TestContext.Current.CancellationToken;
        var namespaces = await cluster.CoreV1.ListNamespaceAsync(labelSelector: "app.kubernetes.io/managed-by=tempocos", cancellationToken: cancellation);
        var pods = await cluster.CoreV1.ListPodForAllNamespacesAsync(cancellationToken: cancellation);
        var claims = await cluster.CoreV1.ListPersistentVolumeClaimForAllNamespacesAsync(cancellationToken: cancellation);
        return namespaces.Items.Select(found => $"namespace: {found.Metadata.Name}")
            .Concat(pods.Items.Select(found => $"pod: {found.Metadata.NamespaceProperty}/{found.Metadata.Name}"))
            .Concat(claims.Items.Select(found => $"claim: {found.Metadata.NamespaceProperty}/{found.Metadata.Name}"));
    }
}
