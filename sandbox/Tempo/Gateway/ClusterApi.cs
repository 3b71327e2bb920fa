using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Tls;
using YamlDotNet.RepresentationModel;

namespace TempoCos.Tempo.Gateway;

/// <summary>The API server of the cluster that this process is a pod of, as its service account.</summary>
public sealed class ClusterApi : IDisposable
{
    private const string Account = "/var/run/secrets/kubernetes.io/serviceaccount";
    private readonly HttpClient _http;
    private readonly Func<string> _token;

    private ClusterApi(Uri server, SocketsHttpHandler handler, Func<string> token)
    {
        _http = new HttpClient(handler) { BaseAddress = server, Timeout = TimeSpan.FromSeconds(30) };
        _token = token;
    }

    /// <summary>By the mounted service account, or by <c>KUBECONFIG</c> where none is mounted.</summary>
    public static ClusterApi Find()
    {
        if (Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } file && File.Exists(file))
        {
            return FromKubeconfig(file);
        }

        var (host, port) = (Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST"), Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT"));
        return string.IsNullOrEmpty(host) || !File.Exists(Account + "/token")
            ? throw ConfigurationException.BadValue("openshift", Account, "possible without a service account's token in this pod")
            : new(new Uri($"https://{host}:{port}/"), Trusting("openshift ", Account + "/ca.crt"), () => File.ReadAllText(Account + "/token").Trim());
    }

    /// <summary>Creates an object and returns the answer.</summary>
    /// <param name="path">Of the collection.</param>
    /// <param name="body">The object.</param>
    /// <param name="token">As whom; the service account when null.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<JsonNode> CreateAsync(string path, JsonObject body, string? token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? _token());
        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var answer = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await JsonNode.ParseAsync(answer, cancellationToken: cancellationToken) ?? new JsonObject();
    }

    public void Dispose() => _http.Dispose();

    private static ClusterApi FromKubeconfig(string file)
    {
        var root = YamlFile.Read(file) as YamlMappingNode ?? new YamlMappingNode();
        var context = Named("contexts", YamlFile.Text(root, "current-context"), "context");
        var cluster = Named("clusters", YamlFile.Text(context, "cluster"), "cluster");
        var user = Named("users", YamlFile.Text(context, "user"), "user");
        if (!Uri.TryCreate(YamlFile.Text(cluster, "server").TrimEnd('/') + "/", UriKind.Absolute, out var server))
        {
            throw ConfigurationException.BadValue(file, YamlFile.Text(cluster, "server"), "a kubeconfig whose current context names a server");
        }

        var tokenFile = YamlFile.Text(user, "tokenFile");
        return new(server, Handler(), () => tokenFile.Length > 0 ? File.ReadAllText(tokenFile).Trim() : YamlFile.Text(user, "token"));

        YamlMappingNode Named(string list, string name, string content) =>
            YamlFile.Mappings(root, list).Where(entry => YamlFile.Text(entry, "name") == name).Select(entry => YamlFile.Find(entry, content)).OfType<YamlMappingNode>().FirstOrDefault() ?? new YamlMappingNode();

        SocketsHttpHandler Handler()
        {
            if (YamlFile.Text(cluster, "certificate-authority") is { Length: > 0 } authority)
            {
                return Trusting(file + ": ", authority);
            }

            if (YamlFile.Text(cluster, "certificate-authority-data") is not { Length: > 0 } data)
            {
                return new SocketsHttpHandler { UseProxy = false };
            }

            var copy = Path.GetTempFileName();
            try
            {
                File.WriteAllBytes(copy, Convert.FromBase64String(data));
                return Trusting(file + ": ", copy);
            }
            finally
            {
                File.Delete(copy);
            }
        }
    }

    private static SocketsHttpHandler Trusting(string key, string authorityFile) => new()
    {
        UseProxy = false,
        SslOptions = ClientTls.Create(key, "", "", authorityFile, "", SslProtocols.Tls12 | SslProtocols.Tls13).Options(),
    };
}
