using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Operator.Configuration;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Manifests;

/// <summary>Ingresses, and OpenShift's Routes.</summary>
public static class IngressManifests
{
    public const string Routes = "routes.route.openshift.io";
    private const string RouteTimeout = "haproxy.router.openshift.io/timeout";

    public static JsonObject Ingress(InstanceLabels labels, string component, JsonNode? wanted, string service, string port)
    {
        var backend = Map(("service", Map(("name", service), ("port", Map(("name", port))))));
        var spec = Map(("ingressClassName", wanted.At("ingressClassName")));
        if (wanted.Text("host") is { Length: > 0 } host)
        {
            spec["rules"] = List(Map(("host", host), ("http", Map(("paths", List(Map(("path", "/"), ("pathType", "Prefix"), ("backend", backend))))))));
        }
        else
        {
            spec["defaultBackend"] = backend;
        }

        return Map(("metadata", labels.Metadata(component, component, wanted.At("annotations"))), ("spec", spec));
    }

    public static JsonObject Route(InstanceLabels labels, string component, JsonNode? wanted, string service, string port, string timeout)
    {
        var annotations = wanted.At("annotations")?.DeepClone() as JsonObject ?? [];
        if (annotations.Text(RouteTimeout) is null or "")
        {
            annotations[RouteTimeout] = $"{GoDuration.Seconds(timeout)}s";
        }

        var termination = wanted.Text("route", "termination") ?? wanted.Text("termination");
        return Map(
            ("metadata", labels.Metadata(component, component, annotations)),
            ("spec", Map(
                ("host", wanted.Text("host")),
                ("to", Map(("kind", "Service"), ("name", service))),
                ("port", Map(("targetPort", port))),
                ("tls", termination switch
                {
                    "insecure" => null,
                    "edge" or "passthrough" or "reencrypt" => Map(("termination", termination)),
                    _ => throw new InvalidOperationException("error building manifests: unsupported tls termination specified for route"),
                }))));
    }
}
