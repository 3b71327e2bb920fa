using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Operator.Configuration;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Manifests;

/// <summary>Workload, service and disruption budget of the components whose pods have a Tempo only.</summary>
public sealed class ComponentManifests(StackContext context)
{
    public const string Tempo = "tempo";
    public const string ConfigurationVolume = "tempo-conf";
    public const string TemporaryVolume = "tempo-tmp-storage";
    private const string DataVolume = "data";
    private const string Zone = "metadata.annotations['tempo.grafana.com/availability-zone']";

    private readonly TempoStackView stack = context.Stack;

    public IEnumerable<(string Resource, JsonObject Content)> Distributor()
    {
        StackPort[] receivers = [StackPorts.OtlpHttp, StackPorts.OtlpGrpc, StackPorts.Http];
        var old = stack.HasGateway ? [] : StackPorts.OldReceivers;
        var workload = Deployment(TempoComponent.Distributor, [.. receivers, StackPorts.Memberlist, .. old]);
        Finish(workload, TempoComponent.Distributor, context.Gates.AnyEncryption);
        var service = Service(TempoComponent.Distributor, [.. receivers, .. old]);
        var tls = stack.Spec("template", "distributor", "tls");
        if (tls.Flag("enabled"))
        {
            var serving = context.Gates.ServingCertificates && string.IsNullOrEmpty(tls.Text("caName")) && string.IsNullOrEmpty(tls.Text("certName"));
            var certificates = serving
                ? Map(("caName", Naming.ServingCaBundle(stack.Name)), ("certName", Naming.ServingCertificate("distributor", stack.Name)))
                : tls;
            PodParts.UserCertificates(PodSpec(workload), Tempo, certificates, TlsPaths.ReceiverCaDirectory, TlsPaths.ReceiverDirectory);
            if (serving)
            {
                service.Ensure("metadata", "annotations")[ServingCertificates.OfService] = certificates.Text("certName");
                yield return ServingCertificates.Bundle(Naming.ServingCaBundle(stack.Name), context.Labels.Of("distributor"));
            }
        }

        yield return (BuiltInResources.Deployments, workload);
        yield return (BuiltInResources.Services, service);
        yield return (BuiltInResources.DisruptionBudgets, Budget(TempoComponent.Distributor));
    }

    public IEnumerable<(string Resource, JsonObject Content)> Ingester()
    {
        var workload = Workload(TempoComponent.Ingester, [StackPorts.Memberlist, StackPorts.Http, StackPorts.Grpc], DataVolume, "tempo.yaml", encryptedProbe: context.Gates.HttpEncryption);
        HashSecret(workload);
        PodParts.Storage(PodSpec(workload), Tempo, context.Storage, stack.StorageTls);
        var spec = workload.Ensure("spec");
        spec["podManagementPolicy"] = "Parallel";
        spec["serviceName"] = "";
        spec["volumeClaimTemplates"] = PodParts.Claims(DataVolume, stack.Spec("storageSize"), stack.Spec("storageClassName"));
        Finish(workload, TempoComponent.Ingester, context.Gates.AnyEncryption);
        yield return (BuiltInResources.StatefulSets, workload);
        yield return (BuiltInResources.Services, Service(TempoComponent.Ingester, [StackPorts.Http, StackPorts.Grpc]));
        yield return (BuiltInResources.DisruptionBudgets, Budget(TempoComponent.Ingester));
    }

    public IEnumerable<(string Resource, JsonObject Content)> Querier() =>
        Reader(TempoComponent.Querier, [StackPorts.Http, StackPorts.Memberlist], [StackPorts.Memberlist, StackPorts.Http, StackPorts.Grpc]);

    /// <summary>It alone has no disruption budget and waits for no zone.</summary>
    public IEnumerable<(string Resource, JsonObject Content)> Compactor() =>
        Reader(TempoComponent.Compactor, [StackPorts.Http, StackPorts.Memberlist], [StackPorts.Memberlist, StackPorts.Http])
            .Where(one => one.Resource != BuiltInResources.DisruptionBudgets);

    public IEnumerable<(string Resource, JsonObject Content)> MetricsGenerator() =>
        Reader(TempoComponent.MetricsGenerator, [StackPorts.Http, StackPorts.Grpc, StackPorts.Memberlist], [StackPorts.Memberlist, StackPorts.Http, StackPorts.Grpc]);

    /// <summary>A Deployment of which each pod has one Tempo, with a directory for what need not last.</summary>
    public JsonObject Deployment(TempoComponent component, IReadOnlyList<StackPort> ports, string file = "tempo.yaml", bool? encryptedProbe = null)
    {
        var workload = Workload(component, ports, TemporaryVolume, file, encryptedProbe ?? context.Gates.HttpEncryption);
        Append(PodSpec(workload), "volumes", PodParts.EmptyVolume(TemporaryVolume));
        return workload;
    }

    /// <summary>What the features of the stack add to a workload's pods once their containers are there.</summary>
    public void Finish(JsonObject workload, TempoComponent component, bool certificates, params ReadOnlySpan<string> containers)
    {
        var (template, pod) = (workload.Ensure("spec", "template"), PodSpec(workload));
        if (stack.Spec("hashRing", "memberlist") is var ring && (ring.Flag("enableIPv6") || ring.Text("instanceAddrType") == "podIP"))
        {
            ForAll(pod, PodParts.FromField(StackPorts.RingAddressVariable, "status.podIP"));
        }

        Tracing(template, pod);
        if (component != TempoComponent.Compactor)
        {
            Zones(template, pod, component);
        }

        ReadOnlySpan<string> targets = containers.IsEmpty ? [Tempo] : containers;
        if (certificates)
        {
            PodParts.Certificates(pod, component.Name, stack.Name, targets);
        }

        foreach (var name in targets)
        {
            if (PodParts.Find(pod, name) is { } container)
            {
                ComponentResources.LimitGoMemory(container);
            }
        }

        if (PodParts.Find(pod, Tempo) is { } tempo && component != TempoComponent.MetricsGenerator)
        {
            Append(tempo, "env", [.. stack.Spec("env") as JsonArray ?? []]);
            Append(tempo, "envFrom", [.. stack.Spec("envFrom") as JsonArray ?? []]);
        }
    }

    public JsonObject Service(TempoComponent component, IEnumerable<StackPort> ports) => Map(
        ("metadata", context.Labels.Metadata(component.Name, component.Name)),
        ("spec", Map(("ports", StackPorts.OfService(ports)), ("selector", context.Labels.Of(component.Name)))));

    public JsonObject Budget(TempoComponent component) => Map(
        ("metadata", context.Labels.Metadata(component.Name, component.Name)),
        ("spec", Map(("maxUnavailable", 1), ("selector", Map(("matchLabels", context.Labels.Of(component.Name)))))));

    public static JsonObject PodSpec(JsonObject workload) => workload.Ensure("spec", "template", "spec");

    private IEnumerable<(string Resource, JsonObject Content)> Reader(TempoComponent component, IReadOnlyList<StackPort> opened, IReadOnlyList<StackPort> offered)
    {
        var workload = Deployment(component, opened);
        if (component == TempoComponent.Compactor)
        {
            HashSecret(workload);
        }

        PodParts.Storage(PodSpec(workload), Tempo, context.Storage, stack.StorageTls);
        Finish(workload, component, context.Gates.AnyEncryption);
        yield return (BuiltInResources.Deployments, workload);
        yield return (BuiltInResources.Services, Service(component, offered));
        yield return (BuiltInResources.DisruptionBudgets, Budget(component));
    }

    private JsonObject Workload(TempoComponent component, IReadOnlyList<StackPort> ports, string volume, string file, bool encryptedProbe)
    {
        var labels = context.Labels.Of(component.Name);
        var podLabels = labels.Copy();
        podLabels["tempo-gossip-member"] = "true";
        var template = stack.Template(component);
        var tempo = Map(
            ("name", Tempo),
            ("image", stack.Image("tempo", OperatorVersion.TempoImage)),
            ("args", List($"-target={component.Name}", $"-config.file=/conf/{file}", component == TempoComponent.QueryFrontend ? "-mem-ballast-size-mbs=1024" : null, "-log.level=info", "-config.expand-env=true")),
            ("ports", StackPorts.OfContainer(ports)),
            ("readinessProbe", PodParts.Readiness(encryptedProbe)),
            ("volumeMounts", List(PodParts.Mount(ConfigurationVolume, "/conf"), PodParts.Mount(volume, "/var/tempo", readOnly: false))),
            ("resources", ComponentResources.Of(stack, component)),
            ("securityContext", PodParts.ContainerSecurity()));
        return Map(
            ("metadata", context.Labels.Metadata(component.Name, component.Name)),
            ("spec", Map(
                ("replicas", stack.Replicas(component) ?? 1),
                ("selector", Map(("matchLabels", labels))),
                ("template", Map(
                    ("metadata", Map(("labels", podLabels), ("annotations", context.Annotations()))),
                    ("spec", Map(
                        ("serviceAccountName", stack.ServiceAccount),
                        ("nodeSelector", template.At("nodeSelector")),
                        ("tolerations", template.At("tolerations")),
                        ("affinity", PodParts.Affinity(labels)),
                        ("containers", List(tempo)),
                        ("volumes", List(PodParts.MapVolume(ConfigurationVolume, stack.NameOf("")))),
                        ("securityContext", template.At("podSecurityContext")))))))));
    }

    private void HashSecret(JsonObject workload)
    {
        if (context.Storage.ContentHash.Length > 0)
        {
            workload.Ensure("spec", "template", "metadata", "annotations")["tempo.grafana.com/token.cco.auth.hash"] = context.Storage.ContentHash;
        }
    }

    private void Tracing(JsonObject template, JsonObject pod)
    {
        if (stack.Spec("observability", "tracing", "sampling_fraction").Text() is not { Length: > 0 } fraction)
        {
            return;
        }

        var endpoint = stack.Spec("observability", "tracing", "otlp_http_endpoint").Text() ?? "";
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out _))
        {
            throw new InvalidOperationException($"error building manifests: invalid OTLP/http endpoint: parse \"{endpoint}\": {(endpoint.Length == 0 ? "empty url" : "invalid URI for request")}");
        }

        ForAll(pod,
            PodParts.Variable("OTEL_TRACES_EXPORTER", "otlp"),
            PodParts.Variable("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
            PodParts.Variable("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
            PodParts.Variable("OTEL_TRACES_SAMPLER_ARG", fraction));
        template.Ensure("metadata", "annotations")["sidecar.opentelemetry.io/inject"] = "true";
    }

    /// <summary>Spread over zones, and started only when the pod knows in which it is.</summary>
    public void Zones(JsonObject template, JsonObject pod, TempoComponent component)
    {
        if (stack.Spec("replicationZones") is not JsonArray { Count: > 0 } zones)
        {
            return;
        }

        pod["topologySpreadConstraints"] = zones.Select(zone => (JsonNode)Map(
            ("maxSkew", zone.Number("maxSkew") ?? 1),
            ("topologyKey", zone.Text("topologyKey")),
            ("whenUnsatisfiable", "DoNotSchedule"),
            ("labelSelector", Map(("matchLabels", Map((InstanceLabels.ComponentKey, component.Name), (InstanceLabels.InstanceKey, stack.Name))))))).ToJsonArray();
        template.Ensure("metadata", "labels")["tempo.grafana.com/zone-aware"] = "enabled";
        template.Ensure("metadata", "annotations")["tempo.grafana.com/availability-zone-labels"] = string.Join(",", zones.Select(zone => zone.Text("topologyKey")));
        if (component == TempoComponent.Gateway)
        {
            return;
        }

        var first = pod.Objects("containers").First();
        pod["initContainers"] = List(Map(
            ("name", "az-annotation-check"),
            ("image", first["image"]),
            ("command", List("sh", "-c",
                "while ! [ -s /etc/az-annotation/az ]; do echo Waiting for availability zone annotation to be set; sleep 2; done; echo availability zone annotation is set; cat /etc/az-annotation/az; echo")),
            ("volumeMounts", List(PodParts.Mount("az-annotation", "/etc/az-annotation", readOnly: false))),
            ("resources", first["resources"]),
            ("securityContext", PodParts.ContainerSecurity())));
        ForAll(pod, Map(("name", "INSTANCE_AVAILABILITY_ZONE"), ("valueFrom", Map(("fieldRef", Map(("fieldPath", Zone)))))));
        Append(pod, "volumes", Map(
            ("name", "az-annotation"),
            ("downwardAPI", Map(("items", List(Map(("path", "az"), ("fieldRef", Map(("fieldPath", Zone))))))))));
    }

    private static void ForAll(JsonObject pod, params ReadOnlySpan<JsonNode?> variables)
    {
        foreach (var container in pod.Objects("containers"))
        {
            var copies = new JsonNode?[variables.Length];
            for (var i = 0; i < copies.Length; i++)
            {
                copies[i] = variables[i]?.DeepClone();
            }

            Append(container, "env", copies);
        }
    }
}
