using System.Text.Json.Nodes;
using static TempoCos.Cluster.Operator.Definitions.Schema;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Definitions;

/// <summary>OpenShift's Route, which a cluster has whose operator is to make them.</summary>
public static class RouteDefinition
{
    public static JsonObject Create() => Map(("spec", Map(
        ("group", "route.openshift.io"),
        ("names", Map(("kind", "Route"), ("listKind", "RouteList"), ("plural", "routes"), ("singular", "route"))),
        ("scope", "Namespaced"),
        ("versions", List(Map(
            ("additionalPrinterColumns", List(
                SharedSchemas.Column("Host", ".spec.host"),
                SharedSchemas.Column("Services", ".spec.to.name"),
                SharedSchemas.Column("Port", ".spec.port.targetPort"),
                SharedSchemas.Column("Termination", ".spec.tls.termination"))),
            ("name", "v1"),
            ("schema", Map(("openAPIV3Schema", Fields("A way in from outside, by a router.",
                ("apiVersion", Text("Version of the schema.")), ("kind", Text("What the object is.")), ("metadata", Map(("type", "object"))),
                ("spec", Spec()), ("status", Status()))))),
            ("served", true),
            ("storage", true),
            ("subresources", Map(("status", new JsonObject())))))))));

    private static JsonObject Spec() => Fields("What is asked for.",
        ("host", Text("The name by which it is asked for; the router's choice when empty.")),
        ("path", Text("What paths begin with.")),
        ("port", Fields("Which port of the service.", ("targetPort", Map(("anyOf", List(Map(("type", "integer")), Map(("type", "string")))), ("x-kubernetes-int-or-string", true)))).Requires("targetPort")),
        ("subdomain", Text("The host's first label.")),
        ("tls", Fields("TLS of who asks.",
            ("caCertificate", Text("The chain, in PEM.")), ("certificate", Text("In PEM.")), ("destinationCACertificate", Text("Who signs the service's certificate, for reencrypt.")),
            ("insecureEdgeTerminationPolicy", Choice("What becomes of plain HTTP.", "Allow", "Disable", "None", "Redirect", "")), ("key", Text("In PEM.")),
            ("termination", Choice("Where TLS ends.", "edge", "reencrypt", "passthrough"))).Requires("termination")),
        ("to", Fields("Where it leads.", ("kind", Choice("What that is.", "Service", "").With("default", "Service")), ("name", Text("Its name.")), ("weight", Whole("Its share.", "int32").With("default", 100))).Requires("kind", "name")),
        ("wildcardPolicy", Choice("Whether it is for all below the host.", "None", "Subdomain", "").With("default", "None"))).Requires("to");

    private static JsonObject Status() => Fields("What became of it.", ("ingress", Listed("By router.", Fields("A router.",
        ("conditions", Listed("What it says of the route.", Fields("A condition.",
            ("lastTransitionTime", Text("Since when.")), ("message", Text("In words.")), ("reason", Text("In a word.")), ("status", Text("True or False.")), ("type", Text("Which."))).Requires("status", "type"))),
        ("host", Text("Under which name it is answered.")), ("routerCanonicalHostname", Text("The router's own name.")), ("routerName", Text("Which.")), ("wildcardPolicy", Text("As it was admitted."))))));
}
