using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Images;
using TempoCos.Cluster.Kubelet.Limits;

namespace TempoCos.Cluster.Api.Resources;

/// <summary>What the API server fills into pods and their templates.</summary>
public static class PodDefaults
{
    private const int FileMode = 420;
    private const int EvictionSeconds = 300;

    private static readonly string[] Taints = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];
    private static readonly string[] Lists = ["initContainers", "containers"];

    /// <summary>Of pods and templates.</summary>
    public static void Specification(JsonObject spec)
    {
        spec["restartPolicy"] ??= "Always";
        spec["dnsPolicy"] ??= "ClusterFirst";
        spec["schedulerName"] ??= "default-scheduler";
        spec["securityContext"] ??= new JsonObject();
        // Kubernetes has 30; what runs here seldom needs as long.
        spec["terminationGracePeriodSeconds"] ??= 5;
        if (spec.Text("serviceAccountName") is { Length: > 0 } account)
        {
            spec["serviceAccount"] = account;
        }
        else if (spec.Text("serviceAccount") is { Length: > 0 } older)
        {
            spec["serviceAccountName"] = older;
        }

        foreach (var container in Containers(spec))
        {
            Container(container);
        }

        foreach (var volume in spec.Objects("volumes"))
        {
            Volume(volume);
        }
    }

    /// <summary>Of pods only.</summary>
    public static void Pod(JsonObject pod)
    {
        var spec = pod.Ensure("spec");
        Specification(spec);
        spec["enableServiceLinks"] ??= true;
        foreach (var container in Containers(spec))
        {
            // Who says only how much is the most, asks for that.
            foreach (var (name, most) in container.At("resources", "limits") as JsonObject ?? [])
            {
                container.Ensure("resources", "requests")[name] ??= most?.DeepClone();
            }

            foreach (var port in container.Objects("ports").Where(_ => spec.Flag("hostNetwork")))
            {
                port["hostPort"] ??= port["containerPort"]?.DeepClone();
            }
        }
    }

    /// <summary>What admission adds to a new pod: how long it stays on a node that fails.</summary>
    public static void Admit(JsonObject pod)
    {
        var spec = pod.Ensure("spec");
        var tolerations = spec.Objects("tolerations").ToList();
        foreach (var taint in Taints.Where(taint => !tolerations.Any(one => Tolerates(one, taint))))
        {
            if (spec["tolerations"] is not JsonArray all)
            {
                spec["tolerations"] = all = [];
            }

            all.Add((JsonNode)new JsonObject { ["key"] = taint, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = EvictionSeconds });
        }
    }

    public static void Begin(JsonObject pod)
    {
        pod.Ensure("status")["phase"] ??= "Pending";
        pod.Ensure("status")["qosClass"] ??= QualityOfService.Of(pod);
    }

    private static bool Tolerates(JsonObject toleration, string taint) =>
        (toleration.Text("key") == taint || toleration.Text("key") is null or "") && toleration.Text("effect") is null or "" or "NoExecute";

    private static IEnumerable<JsonObject> Containers(JsonObject spec) => Lists.SelectMany(list => spec.Objects(list));

    private static void Container(JsonObject container)
    {
        container["imagePullPolicy"] ??= ImageStore.PullPolicy(container);
        container["terminationMessagePath"] ??= "/dev/termination-log";
        container["terminationMessagePolicy"] ??= "File";
        container["resources"] ??= new JsonObject();
        foreach (var port in container.Objects("ports"))
        {
            port["protocol"] ??= "TCP";
        }

        foreach (var variable in container.Objects("env"))
        {
            Field(variable.At("valueFrom", "fieldRef"));
        }

        foreach (var name in (string[])["livenessProbe", "readinessProbe", "startupProbe"])
        {
            if (container.At(name) is JsonObject probe)
            {
                Number(probe, "timeoutSeconds", 1);
                Number(probe, "periodSeconds", 10);
                Number(probe, "successThreshold", 1);
                Number(probe, "failureThreshold", 3);
                Handler(probe);
            }
        }

        Handler(container.At("lifecycle", "postStart"));
        Handler(container.At("lifecycle", "preStop"));
    }

    /// <summary>Nothing is none here.</summary>
    private static void Number(JsonObject probe, string field, int usual)
    {
        if (probe.Number(field) is null or 0)
        {
            probe[field] = usual;
        }
    }

    private static void Handler(JsonNode? handler)
    {
        if (handler.At("httpGet") is JsonObject http)
        {
            http["path"] = http.Text("path") is { Length: > 0 } path ? path : "/";
            http["scheme"] = http.Text("scheme") is { Length: > 0 } scheme ? scheme : "HTTP";
        }

        if (handler.At("grpc") is JsonObject grpc)
        {
            grpc["service"] ??= "";
        }
    }

    private static void Field(JsonNode? reference)
    {
        if (reference is JsonObject field)
        {
            field["apiVersion"] ??= "v1";
        }
    }

    private static void Volume(JsonObject volume)
    {
        if (!volume.Any(field => field.Key != "name" && field.Value is not null))
        {
            volume["emptyDir"] = new JsonObject();
        }

        foreach (var source in ((string[])["configMap", "secret", "projected", "downwardAPI"]).Select(name => volume.At(name)).OfType<JsonObject>())
        {
            source["defaultMode"] ??= FileMode;
        }

        if (volume.At("hostPath") is JsonObject path)
        {
            path["type"] ??= "";
        }

        if (volume.At("ephemeral", "volumeClaimTemplate", "spec") is JsonObject claim)
        {
            claim["volumeMode"] ??= "Filesystem";
        }

        foreach (var item in volume.Objects("downwardAPI", "items").Concat(volume.Objects("projected", "sources").SelectMany(source => source.Objects("downwardAPI", "items"))))
        {
            Field(item.At("fieldRef"));
        }

        foreach (var token in volume.Objects("projected", "sources").Select(source => source.At("serviceAccountToken")).OfType<JsonObject>())
        {
            token["expirationSeconds"] ??= 3600;
        }
    }
}
