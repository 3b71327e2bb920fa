using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Operator.Configuration;
using TempoCos.Cluster.Operator.Gateway;
using TempoCos.Cluster.Operator.Manifests;
using TempoCos.Cluster.Operator.Storage;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Monolithic;

/// <summary>All objects of a TempoMonolithic, what its pod needs before it.</summary>
public sealed class MonolithicManifests(
    MonolithicView tempo, StorageParameters storage, FeatureGates gates, JsonObject certificateHashes, IReadOnlyList<GatewayTenant> tenants)
{
    public const string Application = "tempo-monolithic";
    public const string Package = "tempomonolithic";

    private readonly InstanceLabels labels = new(Application, tempo.Name);

    public IReadOnlyList<(string Resource, JsonObject Content)> All()
    {
        var all = new List<(string Resource, JsonObject Content)>();
        var serves = gates.ServingCertificates && MonolithicView.Protocols.Any(protocol =>
            tempo.Otlp(protocol).At("tls") is var tls && tls.Flag("enabled") && string.IsNullOrEmpty(tls.Text("caName")) && string.IsNullOrEmpty(tls.Text("certName")));
        if (gates.ServingCertificates)
        {
            all.Add(ServingCertificates.Bundle(Naming.ServingCaBundle(tempo.Name), labels.Common()));
        }

        var configuration = new MonolithicConfiguration(tempo, storage, gates, serves);
        var file = configuration.Render();
        var annotations = (JsonObject)certificateHashes.DeepClone();
        annotations["tempo.grafana.com/tempoConfig.hash"] = StackManifests.Hash(file);
        if (storage.ContentHash.Length > 0)
        {
            annotations["tempo.grafana.com/token.cco.auth.hash"] = storage.ContentHash;
        }

        all.Add((BuiltInResources.ConfigMaps, Map(
            ("metadata", labels.Metadata("config", "config")),
            ("data", Map(("tempo.yaml", file), ("tempo-query.yaml", tempo.HasJaeger ? configuration.RenderTempoQuery() : null))))));
        if (tempo.HasOwnServiceAccount)
        {
            all.Add((BuiltInResources.ServiceAccounts, Map(("metadata", labels.Metadata("", "serviceaccount", AccountAnnotations())))));
        }

        if (tempo.HasGateway)
        {
            all.AddRange(GatewayFiles(annotations));
        }

        var workload = new MonolithicStatefulSet(tempo, storage, gates, labels).Create(annotations, serves);
        all.AddRange(Services(serves));
        if (tempo.HasJaeger)
        {
            all.AddRange(Reached(workload, all));
        }

        all.Add((BuiltInResources.StatefulSets, workload));
        return all;
    }

    private JsonObject? AccountAnnotations()
    {
        var annotations = tempo.HasGateway && tempo.Tenants.Text("mode") == "openshift" ? GatewayParts.RedirectAnnotations(tempo.Tenants, tempo.NameOf("jaegerui")) : [];
        foreach (var (key, value) in storage.Type == "s3" ? StackManifests.CloudAnnotations(storage) ?? [] : [])
        {
            annotations[key] = value?.DeepClone();
        }

        return annotations.Count > 0 ? annotations : null;
    }

    private IEnumerable<(string Resource, JsonObject Content)> GatewayFiles(JsonObject annotations)
    {
        var rbac = GatewayConfiguration.Rbac(tempo.Tenants);
        var file = GatewayConfiguration.Tenants(
            tempo.Tenants, tenants, tempo.NameOf(""), Naming.RouteHost(tempo.Namespace, tempo.Name, "jaegerui", gates.BaseDomain), Package);
        GatewayParts.Hash(annotations, rbac, file);
        var files = GatewayParts.Files(labels, rbac, file);
        return tempo.Tenants.Text("mode") == "openshift" ? files.Concat(GatewayParts.AccessReview(labels, tempo.Namespace, tempo.NameOf(""))) : files;
    }

    /// <summary>With a gateway there is its service only, since everything goes through it.</summary>
    private IEnumerable<(string Resource, JsonObject Content)> Services(bool serves)
    {
        if (tempo.HasGateway)
        {
            var gateway = Service("gateway", gates.ServingCertificates ? Naming.ServingCertificate("gateway", tempo.Name) : null, [new("public", 8080), new("internal", 8081), StackPorts.Http]);
            if (tempo.Takes("grpc"))
            {
                Append(gateway.Ensure("spec"), "ports", StackPorts.OfService(StackPorts.OtlpGrpc, "grpc-public"));
            }

            yield return (BuiltInResources.Services, gateway);
            yield break;
        }

        StackPort[] ports = [StackPorts.Http, .. tempo.Takes("grpc") ? [StackPorts.OtlpGrpc] : Array.Empty<StackPort>(), .. tempo.Takes("http") ? [StackPorts.OtlpHttp] : Array.Empty<StackPort>()];
        yield return (BuiltInResources.Services, Service("tempo", serves ? Naming.ServingCertificate("tempo", tempo.Name) : null, ports));
        if (tempo.HasJaeger)
        {
            yield return (BuiltInResources.Services, Service("jaegerui", null, StackPorts.Jaeger));
        }
    }

    private JsonObject Service(string component, string? servingCertificate, IEnumerable<StackPort> ports) => Map(
        ("metadata", labels.Metadata(component, component, servingCertificate is null ? null : Map((ServingCertificates.OfService, servingCertificate)))),
        ("spec", Map(("ports", StackPorts.OfService(ports)), ("selector", labels.Of("tempo")))));

    /// <summary>How the Jaeger UI is reached from outside.</summary>
    private IEnumerable<(string Resource, JsonObject Content)> Reached(JsonObject workload, List<(string Resource, JsonObject Content)> all)
    {
        var (service, port) = tempo.HasGateway ? (tempo.NameOf("gateway"), "public") : (tempo.NameOf("jaegerui"), "jaeger-ui");
        var (ingress, route) = (tempo.JaegerUi.At("ingress"), tempo.JaegerUi.At("route"));
        if (ingress.Flag("enabled"))
        {
            yield return (BuiltInResources.Ingresses, IngressManifests.Ingress(labels, "jaegerui", ingress, service, port));
        }

        if (route.Flag("enabled"))
        {
            var made = IngressManifests.Route(labels, "jaegerui", route, service, port, tempo.Timeout);
            if (tempo.JaegerUi.Flag("authentication", "enabled") && !tempo.HasGateway)
            {
                var jaeger = all.Find(one => one.Resource == BuiltInResources.Services && one.Content.Text("metadata", "name") == service).Content;
                OauthProxy.Add(ComponentManifests.PodSpec(workload), jaeger, made, tempo.Name, tempo.ServiceAccount, tempo.JaegerUi.At("authentication"), tempo.Timeout, OperatorVersion.OauthProxyImage, []);
                if (all.Find(one => one.Resource == BuiltInResources.ServiceAccounts).Content is { } account)
                {
                    account.Ensure("metadata", "annotations")[OauthProxy.RedirectAnnotation] = OauthProxy.Redirect(tempo.NameOf("jaegerui"));
                }
            }

            yield return (IngressManifests.Routes, made);
        }
    }
}
