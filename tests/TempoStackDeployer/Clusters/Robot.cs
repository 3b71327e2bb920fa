using k8s;
using k8s.Models;
using TempoCos.TempoStackDeployer.Clusters.Rights;

namespace TempoCos.TempoStackDeployer.Tests.Clusters;

/// <summary>A service account of the namespace default with some rights, and a kubeconfig of its token.</summary>
internal sealed class Robot : IDisposable
{
    private readonly TestKubeconfig _kubeconfig = new();

    private Robot(string name, string kubeconfig, string token)
    {
        Name = name;
        Token = token;
        var cluster = KubernetesClientConfiguration.LoadKubeConfig(kubeconfig).Clusters.Single().ClusterEndpoint;
        Kubeconfig = _kubeconfig.WriteOne(cluster.Server, $"token: {token}", $"certificate-authority-data: {cluster.CertificateAuthorityData}");
    }

    public string Name { get; }

    public string Token { get; }

    public string Kubeconfig { get; }

    /// <param name="cluster">Where.</param>
    /// <param name="name">Of the account.</param>
    /// <param name="namespace">Where its rights are that are not the cluster's; they are the cluster's too when it is not there yet.</param>
    /// <param name="rights">What it may do.</param>
    public static async Task<Robot> MakeAsync(SandboxCluster cluster, string name, string @namespace, IReadOnlyList<RequiredRight> rights)
    {
        var stop = TestContext.Current.CancellationToken;
        var exists = (await cluster.Client.CoreV1.ListNamespaceAsync(cancellationToken: stop)).Items.Any(item => item.Metadata.Name == @namespace);
        var subject = new Rbacv1Subject { Kind = "ServiceAccount", Name = name, NamespaceProperty = "default" };
        await cluster.Client.CoreV1.CreateNamespacedServiceAccountAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = name } }, "default", cancellationToken: stop);
        if (exists)
        {
            await cluster.Client.RbacAuthorizationV1.CreateNamespacedRoleAsync(
                new V1Role { Metadata = new V1ObjectMeta { Name = name }, Rules = Rules(rights.Where(right => !right.ClusterWide), @namespace) }, @namespace, cancellationToken: stop);
            await cluster.Client.RbacAuthorizationV1.CreateNamespacedRoleBindingAsync(
                new V1RoleBinding { Metadata = new V1ObjectMeta { Name = name }, RoleRef = new V1RoleRef { ApiGroup = "rbac.authorization.k8s.io", Kind = "Role", Name = name }, Subjects = [subject] },
                @namespace, cancellationToken: stop);
        }

        await cluster.Client.RbacAuthorizationV1.CreateClusterRoleAsync(
            new V1ClusterRole { Metadata = new V1ObjectMeta { Name = name }, Rules = Rules(rights.Where(right => right.ClusterWide || !exists), @namespace) }, cancellationToken: stop);
        await cluster.Client.RbacAuthorizationV1.CreateClusterRoleBindingAsync(
            new V1ClusterRoleBinding
            {
                Metadata = new V1ObjectMeta { Name = name },
                RoleRef = new V1RoleRef { ApiGroup = "rbac.authorization.k8s.io", Kind = "ClusterRole", Name = name },
                Subjects = [subject],
            },
            cancellationToken: stop);
        var token = await cluster.Client.CoreV1.CreateNamespacedServiceAccountTokenAsync(
            new Authenticationv1TokenRequest { Spec = new V1TokenRequestSpec { Audiences = [], ExpirationSeconds = 3600 } }, name, "default", cancellationToken: stop);
        return new Robot(name, cluster.Kubeconfig, token.Status.Token);
    }

    public void Dispose() => _kubeconfig.Dispose();

    private static List<V1PolicyRule> Rules(IEnumerable<RequiredRight> rights, string @namespace) =>
    [
        .. from right in rights
           let name = right is { Group: "", Resource: "namespaces", ClusterWide: false } ? @namespace : right.Name
           select new V1PolicyRule
           {
               ApiGroups = [right.Group],
               Resources = [right.Resource],
               Verbs = [.. right.Verbs],
               ResourceNames = name.Length > 0 ? [name] : null,
           },
    ];
}
