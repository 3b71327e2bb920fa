using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using k8s;
using k8s.Authentication;
using k8s.Exceptions;
using k8s.KubeConfigModels;
using Microsoft.Extensions.Configuration;
using TempoCos.Contracts;
using YamlDotNet.Core;

namespace TempoCos.ServiceDefaults.Clusters;

/// <summary>
/// How to reach the cluster that the configuration names: the files of <c>KUBECONFIG</c>, else the pod's service account, else <c>~/.kube/config</c>;
/// <c>Kubernetes:Context</c> chooses another context than the current one. Read anew each time, so that a cluster may come up after the service.
/// </summary>
public sealed class ClusterAccess
{
    private const string Code = "TC306";
    private const string RefusedCode = "TC307";
    private const string Setting = "KUBECONFIG";
    private const string ContextSetting = "Kubernetes:Context";
    private const string ExecTimeoutSetting = "Kubernetes:ExecTimeout";
    private const string AccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";

    private static readonly TimeSpan ExecTimeout = TimeSpan.FromMinutes(1);

    /// <summary>How long a connection goes on that showed a plugin's certificate, since it cannot show the next one: shorter than the plugin is asked ahead.</summary>
    private static readonly TimeSpan CertificateConnection = TimeSpan.FromSeconds(3);

    private readonly string _source;
    private readonly SelectedContext? _context;
    private readonly ExecPlugin? _plugin;
    private readonly ServerCertificateCheck _certificate;

    private ClusterAccess(KubernetesClientConfiguration configuration, bool inCluster, string source, SelectedContext? context = null, ExecPlugin? plugin = null)
    {
        Configuration = configuration;
        InCluster = inCluster;
        _source = source;
        _context = context;
        _plugin = plugin;
        _certificate = new ServerCertificateCheck(
            string.IsNullOrEmpty(configuration.TlsServerName) ? new Uri(configuration.Host).Host : configuration.TlsServerName);
    }

    /// <summary>Address and credentials; a service may set time-outs on it before it connects.</summary>
    public KubernetesClientConfiguration Configuration { get; }

    /// <summary>This process runs in a pod of the cluster, so that Services are reachable by name.</summary>
    public bool InCluster { get; }

    /// <summary>What is wrong with the server's certificate, and what to do about it; null when nothing is known to be wrong.</summary>
    public (string Reason, string Fix)? CertificateProblem => _certificate.Problem;

    /// <exception cref="DiagnosticException">No cluster is configured, or the kubeconfig is not usable.</exception>
    public static ClusterAccess Of(IConfiguration configuration)
    {
        var context = configuration[ContextSetting]?.Trim() ?? "";
        var timeout = TimeSpan.TryParse(configuration[ExecTimeoutSetting], CultureInfo.InvariantCulture, out var asked) && asked > TimeSpan.Zero ? asked : ExecTimeout;
        if (configuration[Setting] is { } named && !string.IsNullOrWhiteSpace(named))
        {
            return FromFiles(named, context, timeout);
        }

        if (KubernetesClientConfiguration.IsInCluster())
        {
            const string Account = "the pod's service account";
            var pod = Usable(Account, KubernetesClientConfiguration.InClusterConfig);
            pod.TokenProvider = new TokenFile(Path.Combine(AccountDirectory, "token"));
            return new ClusterAccess(pod, true, Account);
        }

        var home = KubernetesClientConfiguration.KubeConfigDefaultLocation;
        return File.Exists(home)
            ? FromFiles(home, context, timeout)
            : throw new DiagnosticException(
                Code, $"{Setting} is not set", "No cluster is configured",
                $"Set {Setting} to a kubeconfig file (there is none at {home} either), or run inside a cluster.");
    }

    /// <summary>A client; it opens no socket yet, but may ask a credential plugin. <paramref name="handlers"/> see every request, the first of them first.</summary>
    /// <exception cref="DiagnosticException">The credentials of the kubeconfig cannot be read or have run out, or its plugin gives none.</exception>
    public async Task<Kubernetes> ConnectAsync(IReadOnlyList<DelegatingHandler> handlers, CancellationToken cancellationToken)
    {
        // The library takes a client certificate only when it is made.
        var given = _plugin is null ? null : await _plugin.GetAsync(cancellationToken);
        SocketsHttpHandler? transport = null;
        var setup = Configuration.FirstMessageHandlerSetup;
        Configuration.FirstMessageHandlerSetup = handler =>
        {
            setup?.Invoke(handler);
            transport = handler;
        };
        var client = Usable(_source, () => new Kubernetes(Configuration, [.. handlers, new CredentialHandler(Configuration.TokenProvider, [.. Impersonation()], Configuration.TlsServerName ?? "", CertificateConnection)]));
        Configuration.FirstMessageHandlerSetup = setup;

        var options = transport!.SslOptions;
        _certificate.Watch(options, Configuration.SkipTlsVerify);
        if (given?.Certificate is not null)
        {
            // A resumed session would go on with the certificate of before.
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => _plugin!.Certificate!;
            options.AllowTlsResume = false;
            transport.PooledConnectionLifetime = CertificateConnection;
        }

        if (_context?.ProxyUrl is { Length: > 0 } proxy)
        {
            transport.Proxy = Proxy(proxy);
            transport.UseProxy = true;
        }

        foreach (var certificate in options.ClientCertificates?.OfType<X509Certificate2>() ?? [])
        {
            if (certificate.NotAfter < DateTime.Now)
            {
                var expired = new DiagnosticException(
                    RefusedCode, _source, $"The client certificate {certificate.Subject} expired at {Utc(certificate.NotAfter)}",
                    "Have it renewed (such as by `kubeadm certs renew admin.conf`, or by logging in again) and the kubeconfig written anew, or choose another context by Kubernetes__Context.");
                client.Dispose();
                throw expired;
            }
        }

        return client;
    }

    /// <summary>Why the server may have refused the credentials, as far as they tell themselves; never the credentials.</summary>
    public async Task<string> WhyRefusedAsync(CancellationToken cancellationToken)
    {
        if (_plugin is not null)
        {
            return $"they are from the credential plugin {_plugin.Command}, which was asked for new ones";
        }

        var token = Configuration.TokenProvider is { } provider ? (await provider.GetAuthenticationHeaderAsync(cancellationToken)).Parameter : Configuration.AccessToken;
        return string.IsNullOrEmpty(token)
            ? Configuration.Username is { Length: > 0 } user ? $"they are the password of {user}"
                : HasClientCertificate ? $"they are the client certificate of {_source}, whose authority the server does not know"
                : $"{_source} has no token"
            : JsonWebToken.Expiry(token) is { } expiry && expiry < DateTimeOffset.UtcNow ? $"the bearer token of {_source} expired at {Utc(expiry.UtcDateTime)}"
            : $"they are the bearer token of {_source}";
    }

    private bool HasClientCertificate =>
        !string.IsNullOrEmpty(Configuration.ClientCertificateData) || !string.IsNullOrEmpty(Configuration.ClientCertificateFilePath);

    private static ClusterAccess FromFiles(string paths, string context, TimeSpan execTimeout)
    {
        var files = paths.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(path => new FileInfo(path)).Where(file => file.Exists).ToArray();
        if (files.Length == 0)
        {
            throw new DiagnosticException(
                Code, paths, "The kubeconfig file does not exist", $"Set {Setting} to a file that exists; `kubectl config view` shows what kubectl uses.");
        }

        var source = context.Length > 0 ? $"{paths}, context {context}" : paths;
        return Usable(source, () =>
        {
            var selected = new KubeconfigFiles(files).Select(context.Length > 0 ? context : null);
            if (selected.ProxyUrl.Length > 0)
            {
                Proxy(selected.ProxyUrl);
            }

            var plugin = selected.User?.UserCredentials?.ExternalExecution is null ? null : ExecPlugin.Of(selected, execTimeout);
            return new ClusterAccess(Configure(selected, plugin), false, source, selected, plugin);
        });
    }

    /// <summary>The library reads address, authority, certificates, tokens and passwords; the rest is done here.</summary>
    private static KubernetesClientConfiguration Configure(SelectedContext context, ExecPlugin? plugin)
    {
        // It refuses a user without credentials, whom kubectl lets try, and one whose only credentials it does not know.
        const string Placeholder = "-";
        var tokens = context.TokenFile.Length > 0 ? new TokenFile(context.TokenFile) : (ITokenProvider?)plugin;
        var credentials = context.User?.UserCredentials ?? new UserCredentials();
        var others = tokens is not null || !HasOwn(credentials);
        credentials.ExternalExecution = null;
        if (others)
        {
            credentials.Token = Placeholder;
        }

        var built = KubernetesClientConfiguration.BuildConfigFromConfigObject(
            new K8SConfiguration
            {
                Clusters = [context.Cluster],
                Users = [new User { Name = "user", UserCredentials = credentials }],
                Contexts = [new Context { Name = context.Name, ContextDetails = new ContextDetails { Cluster = context.Cluster.Name, User = "user" } }],
            },
            context.Name);
        if (others)
        {
            built.AccessToken = null;
        }

        if (tokens is not null)
        {
            built.TokenProvider = tokens;
        }

        return built;
    }

    private static bool HasOwn(UserCredentials user) =>
        !string.IsNullOrWhiteSpace(user.Token) || !string.IsNullOrWhiteSpace(user.UserName) || user.AuthProvider is not null
        || !string.IsNullOrWhiteSpace(user.ClientCertificate) || !string.IsNullOrWhiteSpace(user.ClientCertificateData);

    private IEnumerable<(string, string)> Impersonation()
    {
        var user = _context?.User?.UserCredentials;
        if (string.IsNullOrEmpty(user?.Impersonate))
        {
            yield break;
        }

        yield return ("Impersonate-User", user.Impersonate);
        if (_context!.ImpersonatedUid.Length > 0)
        {
            yield return ("Impersonate-Uid", _context.ImpersonatedUid);
        }

        foreach (var group in user.ImpersonateGroups ?? [])
        {
            yield return ("Impersonate-Group", group);
        }
    }

    private static WebProxy Proxy(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https" or "socks5"))
        {
            throw new KubeConfigException("proxy-url of the cluster is not an http, https or socks5 URL");
        }

        var proxy = new WebProxy(new Uri($"{uri.Scheme}://{uri.Authority}"));
        if (uri.UserInfo.Split(':', 2) is [{ Length: > 0 } name, var password])
        {
            proxy.Credentials = new NetworkCredential(Uri.UnescapeDataString(name), Uri.UnescapeDataString(password));
        }

        return proxy;
    }

    private static string Utc(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static T Usable<T>(string source, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is KubeConfigException or YamlException or IOException or UnauthorizedAccessException
            or FormatException or InvalidOperationException or CryptographicException)
        {
            throw new DiagnosticException(
                Code, source, $"The kubeconfig is not usable: {exception.Message.TrimEnd('.')}",
                "`kubectl config get-contexts` lists the contexts; choose one by Kubernetes__Context, or repair the file.", exception);
        }
    }
}
