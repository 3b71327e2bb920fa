using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Operator.Configuration;
using TempoCos.Cluster.Operator.Manifests;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Gateway;

/// <summary>The gateway of a TempoStack.</summary>
public sealed class GatewayManifests(StackContext context, ComponentManifests components)
{
    private const string Directory = "/etc/tempo-gateway";
    private const string Package = "tempostack";
    private static readonly TempoComponent Component = TempoComponent.Gateway;

    private readonly TempoStackView stack = context.Stack;
    private readonly string name = context.Stack.NameOf("gateway");

    public IEnumerable<(string Resource, JsonObject Content)> All()
    {
        var gates = context.Gates;
        var openShift = stack.Tenants.Text("mode") == "openshift";
        var rbac = GatewayConfiguration.Rbac(stack.Tenants);
        var tenants = GatewayConfiguration.Tenants(stack.Tenants, context.Tenants, name, Naming.RouteHost(stack.Namespace, stack.Name, "gateway", gates.BaseDomain), Package);
        foreach (var file in GatewayParts.Files(context.Labels, rbac, tenants))
        {
            yield return file;
        }

        var service = components.Service(Component, StackPorts.Gateway);
        if (gates.ServingCertificates)
        {
            service.Ensure("metadata", "annotations")[ServingCertificates.OfService] = stack.NameOf("gateway-tls");
        }

        yield return (BuiltInResources.Services, service);
        var annotations = context.Annotations();
        GatewayParts.Hash(annotations, rbac, tenants);
        var workload = Deployment(annotations);
        var pod = ComponentManifests.PodSpec(workload);
        components.Zones(workload.Ensure("spec", "template"), pod, Component);
        var gateway = PodParts.Find(pod, GatewayParts.Container)!;
        if (gates.AnyEncryption)
        {
            PodParts.Certificates(pod, Component.Name, stack.Name, GatewayParts.Container);
        }

        if (openShift)
        {
            pod["serviceAccountName"] = name;
            Append(pod, "containers", GatewayParts.Opa(stack.Tenants, stack.Spec("template", "gateway", "rbac", "enabled").Flag(), Package,
                ComponentResources.Share(stack, "tempo-gateway-opa", stack.Replicas(Component))));
            foreach (var one in GatewayParts.AccessReview(context.Labels, stack.Namespace, name))
            {
                yield return one;
            }

            yield return (BuiltInResources.ServiceAccounts, Map(
                ("metadata", context.Labels.Metadata("gateway", "gateway", GatewayParts.RedirectAnnotations(stack.Tenants, name))),
                ("automountServiceAccountToken", true)));
            if (gates.ServingCertificates)
            {
                var bundle = stack.NameOf("gateway-cabundle");
                yield return ServingCertificates.Bundle(bundle, context.Labels.Of("gateway"));
                PodParts.Attach(pod, PodParts.SecretVolume("serving-certs", stack.NameOf("gateway-tls")), $"{Directory}/serving-certs", readOnly: true, GatewayParts.Container);
                PodParts.Attach(pod, PodParts.MapVolume("cabundle", bundle), $"{Directory}/cabundle", readOnly: true, GatewayParts.Container);
                Append(gateway, "args", [.. GatewayParts.ServingArguments($"{Directory}/serving-certs", $"{Directory}/cabundle", Naming.Fqdn(stack.Namespace, stack.Name, "gateway"))]);
            }
        }

        var ingress = stack.Spec("template", "gateway", "ingress");
        if (ingress.Text("type") == "ingress")
        {
            yield return (BuiltInResources.Ingresses, IngressManifests.Ingress(context.Labels, "gateway", ingress, name, "public"));
        }
        else if (ingress.Text("type") == "route")
        {
            var route = IngressManifests.Route(context.Labels, "gateway", ingress, name, "public", stack.Timeout);
            route.Ensure("spec")["wildcardPolicy"] = "None";
            yield return (IngressManifests.Routes, route);
        }

        if (stack.HasJaeger)
        {
            Append(gateway, "args", $"--traces.read.endpoint={Scheme}://{Naming.Fqdn(stack.Namespace, stack.Name, "query-frontend")}:16686");
        }

        if (stack.Spec("template", "gateway", "rbac", "enabled").Flag())
        {
            Append(gateway, "args", "--traces.query-rbac=true");
        }

        if (stack.Spec("observability", "tracing", "sampling_fraction").Text() is { Length: > 0 } fraction)
        {
            Append(gateway, "args",
                $"--internal.tracing.otlp-http-endpoint={stack.Spec("observability", "tracing", "otlp_http_endpoint").Text()}",
                $"--internal.tracing.sampling-fraction={fraction}");
            workload.Ensure("spec", "template", "metadata", "annotations")["sidecar.opentelemetry.io/inject"] = "true";
        }

        yield return (BuiltInResources.Deployments, workload);
        yield return (BuiltInResources.DisruptionBudgets, components.Budget(Component));
    }

    private string Scheme => context.Gates.HttpEncryption ? "https" : "http";

    private JsonObject Deployment(JsonObject annotations)
    {
        var labels = context.Labels.Of("gateway");
        var template = stack.Template(Component);
        var distributor = Naming.Fqdn(stack.Namespace, stack.Name, "distributor");
        var encrypted = context.Gates.HttpEncryption;
        var container = Map(
            ("name", GatewayParts.Container),
            ("image", stack.Image("tempoGateway", OperatorVersion.GatewayImage)),
            ("args", List([
                $"--traces.tenant-header={StackPorts.TenantHeader}",
                "--web.listen=0.0.0.0:8080",
                "--web.internal.listen=0.0.0.0:8081",
                $"--traces.write.otlpgrpc.endpoint={distributor}:4317",
                $"--traces.write.otlphttp.endpoint={Scheme}://{distributor}:4318",
                $"--traces.write-timeout={GoDuration.Canonical(stack.Timeout)}",
                $"--traces.tempo.endpoint={Scheme}://{Naming.Fqdn(stack.Namespace, stack.Name, "query-frontend")}:3200",
                "--grpc.listen=0.0.0.0:8090",
                $"--rbac.config={Directory}/cm/{GatewayConfiguration.RbacFile}",
                $"--tenants.config={Directory}/secret/{GatewayConfiguration.TenantsFile}",
                "--log.level=info",
                .. encrypted ? GatewayParts.EncryptionArguments().Concat(GatewayParts.ProfileArguments()) : [],
            ])),
            ("ports", StackPorts.OfContainer(StackPorts.Gateway)),
            ("livenessProbe", GatewayParts.Liveness(encrypted)),
            ("readinessProbe", GatewayParts.Readiness(encrypted)),
            ("volumeMounts", List(
                PodParts.Mount("rbac", $"{Directory}/cm"),
                Map(("name", "tenant"), ("readOnly", true), ("mountPath", $"{Directory}/secret/{GatewayConfiguration.TenantsFile}"), ("subPath", GatewayConfiguration.TenantsFile)))),
            ("resources", ComponentResources.Of(stack, Component)),
            ("securityContext", PodParts.ContainerSecurity()));
        ComponentResources.LimitGoMemory(container);
        return Map(
            ("metadata", context.Labels.Metadata("gateway", "gateway")),
            ("spec", Map(
                ("replicas", stack.Replicas(Component) ?? 1),
                ("selector", Map(("matchLabels", labels))),
                ("template", Map(
                    ("metadata", Map(("labels", labels.DeepClone()), ("annotations", annotations))),
                    ("spec", Map(
                        ("serviceAccountName", stack.ServiceAccount),
                        ("nodeSelector", template.At("nodeSelector")),
                        ("tolerations", template.At("tolerations")),
                        ("affinity", PodParts.Affinity(labels)),
                        ("containers", List(container)),
                        ("volumes", List(
                            PodParts.MapVolume("rbac", name, GatewayConfiguration.RbacFile),
                            PodParts.SecretVolume("tenant", name, GatewayConfiguration.TenantsFile))),
                        ("securityContext", template.At("podSecurityContext")))))))));
    }
}
