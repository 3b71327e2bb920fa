using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Operator.Configuration;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Manifests;

/// <summary>The query-frontend with its Jaeger, the two services, and how the Jaeger is reached from outside.</summary>
public sealed class QueryFrontendManifests(StackContext context, ComponentManifests components)
{
    private const string Jaeger = "jaeger-query";
    private const string TempoQuery = "tempo-query";
    private const string ThanosQuerier = "https://thanos-querier.openshift-monitoring.svc.cluster.local:9092";
    private static readonly TempoComponent Component = TempoComponent.QueryFrontend;

    private readonly TempoStackView stack = context.Stack;
    private readonly bool encryptedJaeger = context.Stack.HasGateway;

    public IEnumerable<(string Resource, JsonObject Content)> All()
    {
        var workload = components.Deployment(Component, [StackPorts.Http, StackPorts.Grpc], "tempo-query-frontend.yaml", context.Gates.HttpEncryption && stack.HasGateway);
        var pod = ComponentManifests.PodSpec(workload);
        if (stack.HasJaeger)
        {
            Append(pod, "containers", JaegerContainer(), TempoQueryContainer());
            Append(pod, "volumes", PodParts.EmptyVolume(ComponentManifests.TemporaryVolume + "-query"));
        }

        PodParts.Storage(pod, ComponentManifests.Tempo, context.Storage, stack.StorageTls);
        components.Finish(workload, Component, context.Gates.AnyEncryption, ComponentManifests.Tempo, Jaeger, TempoQuery);

        var service = components.Service(Component, Ports());
        var ingress = stack.JaegerQuery.At("ingress");
        if (!stack.HasGateway && ingress.Text("type") == "ingress")
        {
            yield return (BuiltInResources.Ingresses, IngressManifests.Ingress(context.Labels, Component.Name, ingress, stack.NameOf(Component.Name), "jaeger-ui"));
        }
        else if (!stack.HasGateway && ingress.Text("type") == "route")
        {
            var route = IngressManifests.Route(context.Labels, Component.Name, ingress, stack.NameOf(Component.Name), "jaeger-ui", stack.Timeout);
            if (stack.JaegerQuery.Flag("authentication", "enabled"))
            {
                OauthProxy.Add(pod, service, route, stack.Name, stack.NameOf(Component.Name), stack.JaegerQuery.At("authentication"), stack.Timeout,
                    stack.Image("oauthProxy", OperatorVersion.OauthProxyImage), ComponentResources.Share(stack, "query-frontend-proxy", stack.Replicas(Component)));
                pod["serviceAccountName"] = stack.NameOf(Component.Name);
                yield return (BuiltInResources.ServiceAccounts, Map(("metadata", context.Labels.Metadata(Component.Name, Component.Name,
                    Map((OauthProxy.RedirectAnnotation, OauthProxy.Redirect(stack.NameOf(Component.Name))))))));
            }

            yield return (IngressManifests.Routes, route);
        }

        yield return (BuiltInResources.Services, service);
        yield return (BuiltInResources.Services, Discovery());
        yield return (BuiltInResources.Deployments, workload);
        if (stack.HasJaeger && stack.JaegerQuery.Flag("monitorTab", "enabled") && stack.JaegerQuery.Text("monitorTab", "prometheusEndpoint") == ThanosQuerier)
        {
            foreach (var one in MetricsReader(pod.Text("serviceAccountName")!))
            {
                yield return one;
            }
        }

        yield return (BuiltInResources.DisruptionBudgets, components.Budget(Component));
    }

    private IEnumerable<StackPort> Ports() => [StackPorts.Http, StackPorts.Grpc, .. stack.HasJaeger ? StackPorts.Jaeger : []];

    private JsonObject Discovery() => Map(
        ("metadata", context.Labels.Metadata("query-frontend-discovery", "query-frontend-discovery")),
        ("spec", Map(
            ("clusterIP", "None"),
            // A frontend is ready only when a querier has found it, so queriers have to find those that are not.
            ("publishNotReadyAddresses", true),
            ("ports", StackPorts.OfService([StackPorts.Http, StackPorts.Grpc, StackPorts.GrpcLoadBalancing, .. stack.HasJaeger ? StackPorts.Jaeger : []])),
            ("selector", context.Labels.Of(Component.Name)))));

    private JsonObject JaegerContainer()
    {
        var container = Map(
            ("name", Jaeger),
            ("image", stack.Image("jaegerQuery", OperatorVersion.JaegerQueryImage)),
            ("args", JaegerArguments(stack.Tenants is not null)),
            ("ports", StackPorts.OfContainer(StackPorts.Jaeger)),
            ("volumeMounts", List(PodParts.Mount(ComponentManifests.TemporaryVolume + "-query", "/tmp", readOnly: false))),
            ("resources", stack.JaegerQuery.At("resources") ?? ComponentResources.Share(stack, "jaeger-frontend", stack.Replicas(Component))),
            ("securityContext", PodParts.ContainerSecurity()));
        if (context.Gates.HttpEncryption && encryptedJaeger)
        {
            AppendTls(container, "http");
        }

        if (context.Gates.GrpcEncryption && encryptedJaeger)
        {
            AppendTls(container, "grpc");
        }

        if (stack.JaegerQuery.At("monitorTab") is var tab && tab.Flag("enabled"))
        {
            Append(container, "env", PodParts.Variable("METRICS_STORAGE_TYPE", "prometheus"), PodParts.Variable("PROMETHEUS_SERVER_URL", tab.Text("prometheusEndpoint") ?? ""));
            if (tab.Text("prometheusEndpoint")?.Trim() == ThanosQuerier)
            {
                Append(container, "args",
                    "--prometheus.tls.enabled=true",
                    "--prometheus.token-file=/var/run/secrets/kubernetes.io/serviceaccount/token",
                    "--prometheus.token-override-from-context=false",
                    "--prometheus.tls.ca=/var/run/secrets/kubernetes.io/serviceaccount/service-ca.crt",
                    $"--prometheus.query.extra-query-params=namespace={stack.Namespace}");
            }

            if (tab.Text("redMetricsNamespace") is { } prefix)
            {
                Append(container, "args", $"--prometheus.query.namespace={prefix}");
            }
        }

        return container;
    }

    public static JsonArray JaegerArguments(bool multitenant) => List(
        "--query.base-path=/",
        "--span-storage.type=grpc",
        "--grpc-storage.server=localhost:7777",
        "--query.bearer-token-propagation=true",
        multitenant ? "--multi-tenancy.enabled=true" : null,
        multitenant ? $"--multi-tenancy.header={StackPorts.TenantHeader}" : null);

    private JsonObject TempoQueryContainer() => Map(
        ("name", TempoQuery),
        ("image", stack.Image("tempoQuery", OperatorVersion.TempoQueryImage)),
        ("args", List("-config=/conf/tempo-query.yaml")),
        ("ports", StackPorts.OfContainer([StackPorts.TempoQuery])),
        ("volumeMounts", List(PodParts.Mount(ComponentManifests.ConfigurationVolume, "/conf"))),
        ("resources", stack.JaegerQuery.At("tempoQuery", "resources") is null
            ? ComponentResources.Share(stack, Component.Name, stack.Replicas(Component))
            : stack.JaegerQuery.At("resources") ?? new JsonObject()),
        ("securityContext", PodParts.ContainerSecurity()),
        ("readinessProbe", Map(("grpc", Map(("port", StackPorts.TempoQuery.Number))), ("timeoutSeconds", 1), ("periodSeconds", 5), ("failureThreshold", 12))));

    private IEnumerable<(string Resource, JsonObject Content)> MetricsReader(string account)
    {
        var name = stack.NameOf("metrics-reader");
        var metadata = context.Labels.Metadata("metrics-reader", Component.Name);
        yield return ("roles.rbac.authorization.k8s.io", Map(
            ("metadata", metadata.DeepClone()),
            ("rules", List(Map(("apiGroups", List("metrics.k8s.io")), ("resources", List("pods")), ("verbs", List("get", "create")))))));
        yield return ("rolebindings.rbac.authorization.k8s.io", Map(
            ("metadata", metadata),
            ("subjects", List(Map(("kind", "ServiceAccount"), ("name", account), ("namespace", stack.Namespace)))),
            ("roleRef", Map(("apiGroup", "rbac.authorization.k8s.io"), ("kind", "Role"), ("name", name)))));
    }

    private static void AppendTls(JsonObject container, string server) => Append(container, "args",
        $"--query.{server}.tls.enabled=true",
        $"--query.{server}.tls.key={TlsPaths.InternalKey}",
        $"--query.{server}.tls.cert={TlsPaths.InternalCertificate}",
        $"--query.{server}.tls.client-ca={TlsPaths.InternalCa}");
}
