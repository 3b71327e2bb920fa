using k8s;
using k8s.KubeConfigModels;

namespace TempoCos.ServiceDefaults.Clusters;

/// <summary>Several kubeconfig files as one, as kubectl merges them.</summary>
internal static class KubeconfigFiles
{
    /// <summary>The first file that names a thing decides; a path is relative to the file that it stands in.</summary>
    public static K8SConfiguration Merge(IEnumerable<FileInfo> files)
    {
        // An empty file, as `touch` leaves it, says nothing.
        K8SConfiguration[] loaded = [.. files.Where(file => file.Length > 0).Select(Load)];
        return new K8SConfiguration
        {
            ApiVersion = "v1",
            Kind = "Config",
            CurrentContext = loaded.Select(file => file.CurrentContext).FirstOrDefault(context => !string.IsNullOrEmpty(context)),
            Clusters = [.. loaded.SelectMany(file => file.Clusters ?? []).DistinctBy(cluster => cluster.Name)],
            Contexts = [.. loaded.SelectMany(file => file.Contexts ?? []).DistinctBy(context => context.Name)],
            Users = [.. loaded.SelectMany(file => file.Users ?? []).DistinctBy(user => user.Name)],
        };
    }

    private static K8SConfiguration Load(FileInfo file)
    {
        var loaded = KubernetesClientConfiguration.LoadKubeConfig(file);
        var folder = file.Directory!.FullName;
        foreach (var cluster in (loaded.Clusters ?? []).Select(cluster => cluster.ClusterEndpoint).OfType<ClusterEndpoint>())
        {
            cluster.CertificateAuthority = From(folder, cluster.CertificateAuthority);
        }

        foreach (var user in (loaded.Users ?? []).Select(user => user.UserCredentials).OfType<UserCredentials>())
        {
            user.ClientCertificate = From(folder, user.ClientCertificate);
            user.ClientKey = From(folder, user.ClientKey);

            // A bare name is looked up in PATH.
            if (user.ExternalExecution is { Command: { } command } exec && command.Contains('/', StringComparison.Ordinal))
            {
                exec.Command = From(folder, command);
            }
        }

        return loaded;
    }

    private static string? From(string folder, string? path) => string.IsNullOrEmpty(path) ? path : Path.GetFullPath(path, folder);
}
