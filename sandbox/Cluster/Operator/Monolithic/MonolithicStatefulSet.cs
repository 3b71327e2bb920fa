using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Operator.Configuration;
using TempoCos.Cluster.Operator.Gateway;
using TempoCos.Cluster.Operator.Manifests;
using TempoCos.Cluster.Operator.Storage;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Monolithic;

/// <summary>The StatefulSet of a TempoMonolithic: one pod with all of Tempo, and beside it Jaeger and gateway where they are asked for.</summary>
public sealed class MonolithicStatefulSet(MonolithicView tempo, StorageParameters storage, FeatureGates gates, InstanceLabels labels)
{
    private const string Tempo = "tempo";
    private const string Jaeger = "jaeger-query";
    private const string TempoQuery = "tempo-query";
    private const string DataVolume = "tempo-storage";
    private const string JaegerVolume = "tempo-query-tmp";
    private const string Directory = "/etc/tempo-gateway";

    private readonly bool grpc = tempo.Takes("grpc");
    private readonly bool http = tempo.Takes("http");

    public JsonObject Create(JsonObject annotations, bool servesReceivers)
    {
        var own = labels.Of(Tempo);
        var container = Map(
            ("name", Tempo),
            ("image", OperatorVersion.TempoImage),
            ("args", List("-config.file=/conf/tempo.yaml", "-mem-ballast-size-mbs=1024", "-log.level=info", "-config.expand-env=true")),
            ("volumeMounts", List(PodParts.Mount(ComponentManifests.ConfigurationVolume, "/conf"), PodParts.Mount(DataVolume, "/var/tempo", readOnly: false))),
            ("ports", StackPorts.OfContainer([StackPorts.Http, StackPorts.TempoInternal, .. grpc ? [StackPorts.OtlpGrpc] : Array.Empty<StackPort>(), .. http ? [StackPorts.OtlpHttp] : Array.Empty<StackPort>()])),
            ("readinessProbe", Map(("httpGet", Map(("scheme", "HTTP"), ("path", "/ready"), ("port", StackPorts.TempoInternal.Name))), ("initialDelaySeconds", 15), ("timeoutSeconds", 1))),
            ("securityContext", PodParts.ContainerSecurity()),
            ("resources", tempo.Spec("resources") ?? new JsonObject()));
        ComponentResources.LimitGoMemory(container);
        Append(container, "env", [.. tempo.Spec("env") as JsonArray ?? []]);
        Append(container, "envFrom", [.. tempo.Spec("envFrom") as JsonArray ?? []]);

        var inMemory = storage.Type == "memory";
        var pod = Map(
            ("serviceAccountName", tempo.ServiceAccount),
            ("nodeSelector", tempo.Spec("nodeSelector")),
            ("tolerations", tempo.Spec("tolerations")),
            ("affinity", tempo.Spec("affinity") ?? PodParts.Affinity(own)),
            ("containers", List(container)),
            ("securityContext", tempo.Spec("podSecurityContext")),
            ("volumes", List(
                PodParts.MapVolume(ComponentManifests.ConfigurationVolume, tempo.NameOf("config")),
                inMemory ? Map(("name", DataVolume), ("emptyDir", Map(("medium", "Memory"), ("sizeLimit", tempo.Spec("storage", "traces", "size"))))) : null)));
        PodParts.Storage(pod, Tempo, storage, tempo.Spec("storage", "traces", "s3", "tls"));
        Receivers(pod, servesReceivers);
        if (tempo.HasJaeger)
        {
            AddJaeger(pod);
        }

        if (tempo.HasGateway)
        {
            AddGateway(pod);
            if (gates.AnyEncryption)
            {
                PodParts.Certificates(pod, Tempo, tempo.Name, Tempo, GatewayParts.Container, Jaeger, TempoQuery);
            }
        }

        return Map(
            ("metadata", labels.Metadata(Tempo, Tempo)),
            ("spec", Map(
                ("replicas", 1),
                ("serviceName", ""),
                ("podManagementPolicy", "Parallel"),
                ("selector", Map(("matchLabels", own))),
                ("template", Map(("metadata", Map(("labels", own), ("annotations", annotations))), ("spec", pod))),
                ("volumeClaimTemplates", inMemory ? null : PodParts.Claims(DataVolume, tempo.Spec("storage", "traces", "size"), tempo.Spec("storage", "traces", "storageClassName"))))));
    }

    private void Receivers(JsonObject pod, bool servesReceivers)
    {
        foreach (var protocol in MonolithicView.Protocols)
        {
            var tls = tempo.Otlp(protocol).At("tls");
            if (!tempo.Takes(protocol) || !tls.Flag("enabled"))
            {
                continue;
            }

            var certificates = servesReceivers && string.IsNullOrEmpty(tls.Text("certName"))
                ? Map(("certName", Naming.ServingCertificate(tempo.HasGateway ? "gateway" : Tempo, tempo.Name)))
                : tls;
            PodParts.UserCertificates(pod, Tempo, certificates, $"{TlsPaths.ReceiverCaDirectory}/{protocol}", $"{TlsPaths.ReceiverDirectory}/{protocol}");
        }
    }

    private void AddJaeger(JsonObject pod)
    {
        var args = QueryFrontendManifests.JaegerArguments(tempo.IsMultitenant);
        if (tempo.HasGateway)
        {
            args.Add("--query.grpc-server.host-port=localhost:16685");
            args.Add("--query.http-server.host-port=localhost:16686");
            args.Add("--admin.http.host-port=localhost:16687");
        }

        var jaeger = Map(
            ("name", Jaeger),
            ("image", OperatorVersion.JaegerQueryImage),
            ("args", args),
            ("ports", StackPorts.OfContainer(StackPorts.Jaeger)),
            ("volumeMounts", List(PodParts.Mount(JaegerVolume, "/tmp", readOnly: false))),
            ("securityContext", PodParts.ContainerSecurity()),
            ("resources", tempo.JaegerUi.At("resources") ?? new JsonObject()));
        var query = Map(
            ("name", TempoQuery),
            ("image", OperatorVersion.TempoQueryImage),
            ("args", List("-config=/conf/tempo-query.yaml")),
            ("ports", StackPorts.OfContainer([StackPorts.TempoQuery])),
            ("resources", tempo.JaegerUi.At("tempoQueryResources") ?? new JsonObject()),
            ("volumeMounts", List(PodParts.Mount(ComponentManifests.ConfigurationVolume, "/conf"))),
            ("securityContext", PodParts.ContainerSecurity()));
        ComponentResources.LimitGoMemory(jaeger);
        ComponentResources.LimitGoMemory(query);
        Append(pod, "containers", jaeger, query);
        Append(pod, "volumes", PodParts.EmptyVolume(JaegerVolume));
    }

    private void AddGateway(JsonObject pod)
    {
        var name = tempo.NameOf("gateway");
        var encrypted = gates.HttpEncryption;
        var scheme = encrypted ? "https" : "http";
        var resources = tempo.Tenants.At("resources") ?? new JsonObject();
        var rbac = tempo.Spec("query", "rbac", "enabled").Flag();
        StackPort[] ports = [new("public", 8080), new("internal", 8081), .. grpc ? [new StackPort("grpc-public", 8090)] : Array.Empty<StackPort>()];
        var otlpScheme = encrypted || tempo.Otlp("http").Flag("tls", "enabled") ? "https" : "http";
        var container = Map(
            ("name", GatewayParts.Container),
            ("image", OperatorVersion.GatewayImage),
            ("args", List([
                "--web.listen=0.0.0.0:8080",
                "--web.internal.listen=0.0.0.0:8081",
                $"--traces.tenant-header={StackPorts.TenantHeader}",
                $"--traces.tempo.endpoint={scheme}://localhost:3200",
                $"--traces.write-timeout={GoDuration.Canonical(tempo.Timeout)}",
                $"--rbac.config={Directory}/rbac/{GatewayConfiguration.RbacFile}",
                $"--tenants.config={Directory}/tenants/{GatewayConfiguration.TenantsFile}",
                "--log.level=info",
                .. encrypted ? GatewayParts.EncryptionArguments() : [],
                grpc ? "--grpc.listen=0.0.0.0:8090" : null,
                grpc ? "--traces.write.otlpgrpc.endpoint=localhost:4317" : null,
                grpc ? $"--traces.write.otlphttp.endpoint={otlpScheme}://localhost:4318" : null,
                tempo.HasJaeger ? "--traces.read.endpoint=http://localhost:16686" : null,
                rbac ? "--traces.query-rbac=true" : null,
                .. gates.ServingCertificates
                    ? GatewayParts.ServingArguments($"{Directory}/serving-cert", $"{Directory}/serving-ca", Naming.Fqdn(tempo.Namespace, tempo.Name, "gateway")).Concat(GatewayParts.ProfileArguments())
                    : [],
            ])),
            ("ports", StackPorts.OfContainer(ports)),
            ("livenessProbe", GatewayParts.Liveness(encrypted)),
            ("readinessProbe", GatewayParts.Readiness(encrypted)),
            ("volumeMounts", List(PodParts.Mount("gateway-rbac", $"{Directory}/rbac"), PodParts.Mount("gateway-tenants", $"{Directory}/tenants"))),
            ("resources", resources),
            ("securityContext", PodParts.ContainerSecurity()));
        Append(pod, "containers", container, tempo.Tenants.Text("mode") == "openshift" ? GatewayParts.Opa(tempo.Tenants, rbac, MonolithicManifests.Package, resources.DeepClone().AsObject()) : null);
        Append(pod, "volumes",
            PodParts.MapVolume("gateway-rbac", name, GatewayConfiguration.RbacFile),
            PodParts.SecretVolume("gateway-tenants", name, GatewayConfiguration.TenantsFile));
        if (gates.ServingCertificates)
        {
            PodParts.UserCertificates(pod, GatewayParts.Container,
                Map(("caName", Naming.ServingCaBundle(tempo.Name)), ("certName", Naming.ServingCertificate("gateway", tempo.Name))), $"{Directory}/serving-ca", $"{Directory}/serving-cert");
        }
    }
}
