using System.Net;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Manifests;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>Which components ask for TLS, as what the operator rendered says, and with which certificates.</summary>
internal sealed class ComponentTls(ClusterConnection cluster, StackManifest manifest, TimeProvider time)
{
    private const string Tempo = "tempo";
    private const string Jaeger = "jaeger-query";
    private const string GatewayContainer = "tempo-gateway";
    private static readonly string[] HttpTls = ["server", "http_tls_config"];
    private readonly Dictionary<string, V1PodTemplateSpec?> _pods = [];
    private V1ConfigMap? _configuration;
    private bool _configurationRead;

    /// <summary>Something that would say whether there is TLS may not be read.</summary>
    public bool IsGuess { get; private set; }

    private string Stack => $"tempo-{manifest.Name}";

    public async Task<ClusterTls?> OfAsync(string endpoint, CancellationToken cancellationToken)
    {
        var (component, container) = endpoint switch
        {
            EndpointName.OtlpGrpc => ("-distributor", Tempo),
            EndpointName.Ingester => ("-ingester", Tempo),
            EndpointName.Jaeger => ("-query-frontend", Jaeger),
            _ => ("-query-frontend", Tempo),
        };
        var files = endpoint switch
        {
            EndpointName.Jaeger => await JaegerAsync(component, cancellationToken),
            EndpointName.OtlpGrpc => await TempoAsync(component, ["distributor", "receivers", "otlp", "protocols", "grpc", "tls"], cancellationToken),
            _ => await TempoAsync(component, HttpTls, cancellationToken),
        };
        return files is null ? null : await MountedAsync(component, container, files, cancellationToken);
    }

    /// <summary>Of a component's own HTTP, such as <c>compactor</c>'s.</summary>
    public async Task<ClusterTls?> OfComponentAsync(string component, CancellationToken cancellationToken) =>
        await TempoAsync($"-{component}", HttpTls, cancellationToken) is { } files ? await MountedAsync($"-{component}", Tempo, files, cancellationToken) : null;

    /// <summary>The gateway's own listeners, where they are not plain (OpenShift's serving certificates).</summary>
    public async Task<ClusterTls?> OfGatewayAsync(CancellationToken cancellationToken)
    {
        const string component = "-gateway";
        var args = await ArgumentsAsync(component, GatewayContainer, cancellationToken);
        return Flag(args, "tls.server.cert-file") is { Length: > 0 } certificate
            ? await MountedAsync(component, GatewayContainer, new(certificate, Flag(args, "tls.server.key-file"), "", Flag(args, "tls.healthchecks.server-ca-file")), cancellationToken)
            : null;
    }

    private async Task<TlsFiles?> TempoAsync(string component, string[] path, CancellationToken cancellationToken)
    {
        if (!_configurationRead)
        {
            _configuration = await ReadAsync(() => cluster.Client.CoreV1.ReadNamespacedConfigMapAsync(Stack, manifest.Namespace, cancellationToken: cancellationToken));
            _configurationRead = true;
        }

        var file = component == "-query-frontend" && !manifest.IsMonolithic ? "tempo-query-frontend.yaml" : "tempo.yaml";
        if (_configuration?.Data?.TryGetValue(file, out var text) != true)
        {
            return null;
        }

        JsonNode? node = Parse(text!);
        foreach (var name in path)
        {
            node = (node as JsonObject)?[name];
        }

        return node is JsonObject tls && Text(tls, "cert_file") is { Length: > 0 } certificate
            ? new TlsFiles(certificate, Text(tls, "key_file"), Text(tls, "client_ca_file"))
            : null;

        static string Text(JsonObject from, string key) => from[key]?.ToString() ?? "";
    }

    private async Task<TlsFiles?> JaegerAsync(string component, CancellationToken cancellationToken)
    {
        var args = await ArgumentsAsync(component, Jaeger, cancellationToken);
        return Flag(args, "query.http.tls.enabled") == "true"
            ? new TlsFiles(Flag(args, "query.http.tls.cert"), Flag(args, "query.http.tls.key"), Flag(args, "query.http.tls.client-ca"))
            : null;
    }

    private async Task<ClusterTls> MountedAsync(string component, string container, TlsFiles files, CancellationToken cancellationToken)
    {
        var template = await PodAsync(component, cancellationToken);
        var certificate = Mount(template, container, files.Certificate);
        var authority = Mount(template, container, files.ClientAuthority.Length > 0 ? files.ClientAuthority : files.ServerAuthority);
        if (certificate?.Volume.Secret?.SecretName is not { } secret)
        {
            throw new ReachFaultException(new(
                Codes.CertificateUnreadable, $"{manifest.Namespace}/{Stack}: {files.Certificate}",
                "The component asks for TLS, but which Secret its certificate is mounted from cannot be read",
                "Have a role bound that allows get of deployments and statefulsets, and see what the pods mount.", true));
        }

        return new ClusterTls(
            cluster, manifest.Namespace, secret,
            (certificate.Value.Key, Mount(template, container, files.Key)?.Key ?? Path.GetFileName(files.Key)),
            authority is { Volume.ConfigMap.Name: { } name } found ? (name, found.Key) : null,
            files.ClientAuthority.Length > 0, time);
    }

    private static (V1Volume Volume, string Key)? Mount(V1PodTemplateSpec? template, string container, string path)
    {
        var mount = template?.Spec.Containers.FirstOrDefault(one => one.Name == container)?.VolumeMounts?
            .Where(one => path.StartsWith(one.MountPath.TrimEnd('/') + "/", StringComparison.Ordinal))
            .MaxBy(one => one.MountPath.Length);
        var volume = mount is null ? null : template!.Spec.Volumes?.FirstOrDefault(one => one.Name == mount.Name);
        if (volume is null)
        {
            return null;
        }

        var file = path[(mount!.MountPath.TrimEnd('/').Length + 1)..];
        var items = volume.Secret?.Items ?? volume.ConfigMap?.Items;
        return (volume, items?.FirstOrDefault(item => item.Path == file)?.Key ?? file);
    }

    private async Task<IReadOnlyList<string>> ArgumentsAsync(string component, string container, CancellationToken cancellationToken) =>
        [.. (await PodAsync(component, cancellationToken))?.Spec.Containers.FirstOrDefault(one => one.Name == container)?.Args ?? []];

    private async Task<V1PodTemplateSpec?> PodAsync(string component, CancellationToken cancellationToken)
    {
        var name = manifest.IsMonolithic ? Stack : Stack + component;
        if (!_pods.TryGetValue(name, out var template))
        {
            template = manifest.IsMonolithic || component == "-ingester"
                ? (await ReadAsync(() => cluster.Client.AppsV1.ReadNamespacedStatefulSetAsync(name, manifest.Namespace, cancellationToken: cancellationToken)))?.Spec.Template
                : (await ReadAsync(() => cluster.Client.AppsV1.ReadNamespacedDeploymentAsync(name, manifest.Namespace, cancellationToken: cancellationToken)))?.Spec.Template;
            _pods[name] = template;
        }

        return template;
    }

    private async Task<T?> ReadAsync<T>(Func<Task<T>> readAsync)
        where T : class
    {
        try
        {
            return await readAsync();
        }
        catch (HttpOperationException exception) when (exception.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (Exception exception) when (exception is DiagnosticException { Code: Codes.Forbidden } or HttpOperationException { Response.StatusCode: HttpStatusCode.Forbidden })
        {
            IsGuess = true;
            return null;
        }
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            var stream = new YamlStream();
            using var reader = new StringReader(text);
            stream.Load(reader);
            return stream.Documents.Count == 0 ? null : YamlJson.Convert(stream.Documents[0].RootNode);
        }
        catch (YamlException)
        {
            return null;
        }
    }

    private static string Flag(IReadOnlyList<string> args, string name)
    {
        var prefix = $"--{name}=";
        return args.FirstOrDefault(arg => arg.StartsWith(prefix, StringComparison.Ordinal)) is { } found ? found[prefix.Length..] : "";
    }
}
