using k8s;
using k8s.Exceptions;
using k8s.KubeConfigModels;
using YamlDotNet.RepresentationModel;

namespace TempoCos.ServiceDefaults.Clusters;

/// <summary>Several kubeconfig files as one, as kubectl merges them: the first file that names a thing decides; a path is relative to the file that it stands in.</summary>
internal sealed class KubeconfigFiles
{
    private readonly List<K8SConfiguration> _files = [];
    private readonly Dictionary<(string Kind, string Name, string Field), string> _further = [];
    private readonly HashSet<(string Kind, string Name)> _seen = [];

    /// <exception cref="KubeConfigException">A file is not a kubeconfig.</exception>
    public KubeconfigFiles(IEnumerable<FileInfo> files)
    {
        // An empty file, as `touch` leaves it, says nothing.
        foreach (var file in files.Where(file => file.Length > 0))
        {
            _files.Add(Load(file));
            LoadFurther(file);
        }
    }

    /// <summary>The named context, or the current one.</summary>
    /// <exception cref="KubeConfigException">There is no such context, or it names a cluster or user that is not there.</exception>
    public SelectedContext Select(string? name)
    {
        var wanted = name ?? _files.Select(file => file.CurrentContext).FirstOrDefault(context => !string.IsNullOrEmpty(context));
        Context[] contexts = [.. _files.SelectMany(file => file.Contexts ?? [])];
        var there = contexts.Length == 0 ? "it has none at all" : $"it has {string.Join(", ", contexts.Select(context => context.Name).Distinct())}";
        if (wanted is null)
        {
            throw new KubeConfigException($"it names no current context; {there}");
        }

        var context = contexts.FirstOrDefault(context => context.Name == wanted)?.ContextDetails ?? throw new KubeConfigException($"there is no context {wanted}; {there}");
        var cluster = _files.SelectMany(file => file.Clusters ?? []).FirstOrDefault(cluster => cluster.Name == context.Cluster);
        if (cluster?.ClusterEndpoint is null)
        {
            throw new KubeConfigException($"the context {wanted} names the cluster {Or(context.Cluster)}, which is not there");
        }

        var user = _files.SelectMany(file => file.Users ?? []).FirstOrDefault(user => user.Name == context.User);
        if (user is null && !string.IsNullOrEmpty(context.User))
        {
            throw new KubeConfigException($"the context {wanted} names the user {context.User}, who is not there");
        }

        return new SelectedContext(
            wanted, cluster, user, Further("users", user?.Name, "tokenFile"), Further("users", user?.Name, "interactiveMode"),
            Further("clusters", cluster.Name, "proxy-url"), Further("users", user?.Name, "as-uid"));
    }

    private static string Or(string? name) => string.IsNullOrEmpty(name) ? "(none)" : name;

    private string Further(string kind, string? name, string field) => name is null ? "" : _further.GetValueOrDefault((kind, name, field), "");

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

    /// <summary>The fields that the library's model does not have.</summary>
    private void LoadFurther(FileInfo file)
    {
        using var reader = file.OpenText();
        var stream = new YamlStream();
        stream.Load(reader);
        var root = stream.Documents.Count > 0 ? stream.Documents[0].RootNode : null;
        foreach (var (name, cluster) in Named(root, "clusters", "cluster"))
        {
            Keep("clusters", name, ("proxy-url", Text(cluster, "proxy-url")));
        }

        foreach (var (name, user) in Named(root, "users", "user"))
        {
            Keep(
                "users", name,
                ("tokenFile", From(file.Directory!.FullName, Text(user, "tokenFile")) ?? ""), ("as-uid", Text(user, "as-uid")),
                ("interactiveMode", Text(Child(user, "exec"), "interactiveMode")));
        }
    }

    private void Keep(string kind, string name, params ReadOnlySpan<(string Field, string Value)> fields)
    {
        if (_seen.Add((kind, name)))
        {
            foreach (var (field, value) in fields)
            {
                _further[(kind, name, field)] = value;
            }
        }
    }

    private static IEnumerable<(string Name, YamlNode? Value)> Named(YamlNode? root, string list, string content) =>
        from item in (Child(root, list) as YamlSequenceNode)?.Children ?? []
        let name = Text(item, "name")
        where name.Length > 0
        select (name, Child(item, content));

    private static YamlNode? Child(YamlNode? node, string name) =>
        node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(name), out var child) ? child : null;

    private static string Text(YamlNode? node, string name) => (Child(node, name) as YamlScalarNode)?.Value ?? "";

    private static string? From(string folder, string? path) => string.IsNullOrEmpty(path) ? path : Path.GetFullPath(path, folder);
}
