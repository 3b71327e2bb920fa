using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace TempoCos.CosProvisioner.Kubernetes;

/// <summary>Namespaces and Secrets of one cluster.</summary>
internal sealed class ClusterClient(k8s.Kubernetes api) : IDisposable
{
    public Task<V1Namespace?> FindNamespaceAsync(string name, CancellationToken cancellationToken) =>
        FindAsync(() => api.CoreV1.ReadNamespaceAsync(name, cancellationToken: cancellationToken));

    /// <summary>False when there is one already.</summary>
    public Task<bool> TryCreateNamespaceAsync(V1Namespace @namespace, CancellationToken cancellationToken) =>
        TryCreateAsync(() => api.CoreV1.CreateNamespaceAsync(@namespace, cancellationToken: cancellationToken));

    /// <summary>Begins it: the namespace is gone only when it is no longer found.</summary>
    public Task DeleteNamespaceAsync(V1Namespace @namespace, CancellationToken cancellationToken) =>
        DeleteAsync(() => api.CoreV1.DeleteNamespaceAsync(@namespace.Name(), OnlyThis(@namespace), cancellationToken: cancellationToken));

    public Task<V1Secret?> FindSecretAsync(string @namespace, string name, CancellationToken cancellationToken) =>
        FindAsync(() => api.CoreV1.ReadNamespacedSecretAsync(name, @namespace, cancellationToken: cancellationToken));

    /// <summary>False when there is one already.</summary>
    public Task<bool> TryCreateSecretAsync(V1Secret secret, CancellationToken cancellationToken) =>
        TryCreateAsync(() => api.CoreV1.CreateNamespacedSecretAsync(secret, secret.Namespace(), cancellationToken: cancellationToken));

    public Task ReplaceSecretAsync(V1Secret secret, CancellationToken cancellationToken) =>
        api.CoreV1.ReplaceNamespacedSecretAsync(secret, secret.Name(), secret.Namespace(), cancellationToken: cancellationToken);

    public Task DeleteSecretAsync(V1Secret secret, CancellationToken cancellationToken) =>
        DeleteAsync(() => api.CoreV1.DeleteNamespacedSecretAsync(secret.Name(), secret.Namespace(), OnlyThis(secret), cancellationToken: cancellationToken));

    public async Task<IReadOnlyList<V1Namespace>> ListNamespacesAsync(string selector, CancellationToken cancellationToken) =>
        [.. (await api.CoreV1.ListNamespaceAsync(labelSelector: selector, cancellationToken: cancellationToken)).Items];

    /// <summary>Of every namespace.</summary>
    public async Task<IReadOnlyList<V1Secret>> ListSecretsAsync(string selector, CancellationToken cancellationToken) =>
        [.. (await api.CoreV1.ListSecretForAllNamespacesAsync(labelSelector: selector, cancellationToken: cancellationToken)).Items];

    public void Dispose() => api.Dispose();

    // Not one of the same name that somebody made after we had looked.
    private static V1DeleteOptions OnlyThis(IKubernetesObject<V1ObjectMeta> seen) => new() { Preconditions = new V1Preconditions { Uid = seen.Uid() } };

    private static async Task<T?> FindAsync<T>(Func<Task<T>> read)
        where T : class
    {
        try
        {
            return await read();
        }
        catch (HttpOperationException exception) when (exception.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private static async Task<bool> TryCreateAsync<T>(Func<Task<T>> create)
    {
        try
        {
            await create();
            return true;
        }
        catch (HttpOperationException exception) when (exception.Response.StatusCode == HttpStatusCode.Conflict)
        {
            return false;
        }
    }

    private static async Task DeleteAsync<T>(Func<Task<T>> delete)
    {
        try
        {
            await delete();
        }
        catch (HttpOperationException exception) when (exception.Response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            // Gone, replaced by another, or already terminating.
        }
    }
}
