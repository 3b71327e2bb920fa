using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Operator.Storage;

namespace TempoCos.Cluster.Operator.Manifests;

/// <summary>The workloads: four Deployments and the ingester's StatefulSet.</summary>
public sealed class ComponentManifests(TempoStackView stack, string configurationHash)
{
    private const string DataVolume = "data";

    public IEnumerable<(string Resource, JsonObject Content)> All()
    {
        yield return (BuiltInResources.Deployments, Deployment(TempoComponent.Distributor, StackPorts.Receivers, usesStore: false));
        yield return (BuiltInResources.StatefulSets, Ingester());
        yield return (BuiltInResources.Deployments, Deployment(TempoComponent.Querier, [StackPorts.Http], usesStore: true));
        yield return (BuiltInResources.Deployments, QueryFrontend());
        yield return (BuiltInResources.Deployments, Deployment(TempoComponent.Compactor, [StackPorts.Http], usesStore: true));
    }

    private JsonObject Deployment(TempoComponent component, IReadOnlyList<StackPort> ports, bool usesStore) =>
        Workload(component, new JsonArray(Tempo(component, ports, usesStore, "tempo.yaml")), dataVolume: "emptyDir");

    private JsonObject Ingester()
    {
        var workload = Workload(TempoComponent.Ingester, new JsonArray(Tempo(TempoComponent.Ingester, [StackPorts.Http], usesStore: true, "tempo.yaml")), dataVolume: null);
        var claim = new JsonObject
        {
            ["accessModes"] = new JsonArray("ReadWriteOnce"),
            ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = stack.StorageSize } },
            ["volumeMode"] = "Filesystem",
        };
        if (stack.StorageClass is { } storageClass)
        {
            claim["storageClassName"] = storageClass;
        }

        var spec = workload.Ensure("spec");
        spec["podManagementPolicy"] = "Parallel";
        spec["serviceName"] = stack.NameOf("ingester");
        spec["volumeClaimTemplates"] = new JsonArray(new JsonObject { ["metadata"] = new JsonObject { ["name"] = DataVolume }, ["spec"] = claim });
        return workload;
    }

    private JsonObject QueryFrontend()
    {
        var tempo = Tempo(TempoComponent.QueryFrontend, [StackPorts.Http], usesStore: true, "tempo-query-frontend.yaml");
        ((JsonArray)tempo["args"]!).Add("-mem-ballast-size-mbs=1024");
        var containers = new JsonArray(tempo);
        if (stack.HasJaeger)
        {
            containers.Add((JsonNode)JaegerQuery());
        }

        return Workload(TempoComponent.QueryFrontend, containers, dataVolume: "emptyDir");
    }

    private JsonObject Workload(TempoComponent component, JsonArray containers, string? dataVolume)
    {
        var podLabels = stack.Labels(component.Name);
        podLabels["tempo-gossip-member"] = "true";
        var volumes = new JsonArray(new JsonObject { ["name"] = "conf", ["configMap"] = new JsonObject { ["name"] = stack.NameOf() } });
        if (dataVolume is not null)
        {
            volumes.Add((JsonNode)new JsonObject { ["name"] = DataVolume, [dataVolume] = new JsonObject() });
        }

        return new JsonObject
        {
            ["metadata"] = stack.Metadata(stack.NameOf(component.Name), component.Name),
            ["spec"] = new JsonObject
            {
                ["replicas"] = stack.Replicas(component),
                ["selector"] = new JsonObject { ["matchLabels"] = stack.Labels(component.Name) },
                ["template"] = new JsonObject
                {
                    ["metadata"] = new JsonObject
                    {
                        ["labels"] = podLabels,
                        ["annotations"] = new JsonObject { ["tempo.grafana.com/tempoConfig.hash"] = configurationHash },
                    },
                    ["spec"] = new JsonObject { ["containers"] = containers, ["serviceAccountName"] = stack.NameOf(), ["volumes"] = volumes },
                },
            },
        };
    }

    private JsonObject Tempo(TempoComponent component, IReadOnlyList<StackPort> ports, bool usesStore, string file)
    {
        var args = new JsonArray($"-target={component.Name}", $"-config.file=/conf/{file}", "-log.level=info", "-config.expand-env=true");
        var environment = new JsonArray(new JsonObject
        {
            ["name"] = "POD_NAME",
            ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["fieldPath"] = "metadata.name" } },
        });
        if (usesStore)
        {
            args.Add("--storage.trace.s3.access_key=$(S3_ACCESS_KEY)");
            args.Add("--storage.trace.s3.secret_key=$(S3_SECRET_KEY)");
            environment.Add((JsonNode)FromSecret("S3_ACCESS_KEY", "access_key_id"));
            environment.Add((JsonNode)FromSecret("S3_SECRET_KEY", "access_key_secret"));
        }

        var container = new JsonObject
        {
            ["name"] = "tempo",
            ["image"] = stack.TempoImage,
            ["args"] = args,
            ["env"] = environment,
            ["ports"] = StackPorts.OfContainer(ports.Union([StackPorts.Http, StackPorts.Grpc, StackPorts.Memberlist])),
            ["readinessProbe"] = new JsonObject
            {
                ["httpGet"] = new JsonObject { ["path"] = "/ready", ["port"] = "http", ["scheme"] = "HTTP" },
                ["initialDelaySeconds"] = 15,
                ["timeoutSeconds"] = 1,
            },
            ["volumeMounts"] = new JsonArray(
                new JsonObject { ["name"] = "conf", ["mountPath"] = "/conf", ["readOnly"] = true },
                new JsonObject { ["name"] = DataVolume, ["mountPath"] = "/var/tempo" }),
        };
        if (ComponentResources.Of(stack, component) is { } resources)
        {
            container["resources"] = resources.ToJson();
            environment.Add((JsonNode)new JsonObject { ["name"] = "GOMEMLIMIT", ["value"] = resources.GoMemoryLimit });
        }

        return container;
    }

    private JsonObject JaegerQuery()
    {
        var container = new JsonObject
        {
            ["name"] = "jaeger-query",
            ["image"] = stack.JaegerImage,
            // The sandbox's own jaeger-query asks Tempo's HTTP API, so that no tempo-query stands between.
            ["args"] = new JsonArray("jaeger-query", "--tempo-url", "http://127.0.0.1:$(PORT_HTTP)", "--http-port", "$(PORT_JAEGER_UI)"),
            ["ports"] = StackPorts.OfContainer(StackPorts.Jaeger),
            ["readinessProbe"] = new JsonObject { ["tcpSocket"] = new JsonObject { ["port"] = "jaeger-ui" } },
        };
        if (ComponentResources.Of(stack, TempoComponent.QueryFrontend) is { } resources)
        {
            container["resources"] = resources.ToJson();
        }

        return container;
    }

    private JsonObject FromSecret(string variable, string key) => new()
    {
        ["name"] = variable,
        ["valueFrom"] = new JsonObject { ["secretKeyRef"] = new JsonObject { ["name"] = StorageSecret.Name(stack.Source), ["key"] = key } },
    };
}
