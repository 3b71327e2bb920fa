using k8s;
using Microsoft.Extensions.Configuration;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Tests.Clusters;

/// <summary>A directory with kubeconfig files, and connections by them.</summary>
internal sealed class TestKubeconfig : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tempocos-kubeconfig-");

    public string Path(string name) => System.IO.Path.Combine(_directory.FullName, name);

    public string Write(string name, string content)
    {
        File.WriteAllText(Path(name), content);
        return Path(name);
    }

    /// <summary>An executable that does what the shell script says.</summary>
    public string Script(string name, string body)
    {
        var path = Write(name, "#!/bin/sh\n" + body + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    /// <summary>A kubeconfig with one context; the cluster's and the user's fields in YAML's flow style, such as <c>token: word</c>.</summary>
    public string WriteOne(string server, string user, string cluster = "", string name = "kubeconfig") => Write(name, $$$"""
        apiVersion: v1
        kind: Config
        current-context: here
        contexts: [{name: here, context: {cluster: there, user: me}}]
        clusters: [{name: there, cluster: {server: "{{{server}}}"{{{(cluster.Length > 0 ? ", " + cluster : "")}}}}}]
        users: [{name: me, user: {{{{user}}}}}]
        """);

    public static ClusterConnector Connector(string kubeconfig, params (string Key, string Value)[] configuration) => new(
        new ConfigurationBuilder().AddInMemoryCollection([new("KUBECONFIG", kubeconfig), .. configuration.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value))]).Build(),
        TimeProvider.System, []);

    public static Task<ClusterConnection> ConnectAsync(string kubeconfig, params (string Key, string Value)[] configuration) =>
        Connector(kubeconfig, configuration).ConnectAsync(TestContext.Current.CancellationToken);

    /// <summary>Asks a server's version.</summary>
    public static async Task<string> VersionAsync(string kubeconfig, params (string Key, string Value)[] configuration)
    {
        using var connection = await ConnectAsync(kubeconfig, configuration);
        return (await connection.Client.Version.GetCodeAsync(TestContext.Current.CancellationToken)).GitVersion;
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
