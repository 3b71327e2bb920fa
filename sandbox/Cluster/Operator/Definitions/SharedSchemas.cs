using System.Text.Json.Nodes;
using static TempoCos.Cluster.Operator.Definitions.Schema;

namespace TempoCos.Cluster.Operator.Definitions;

/// <summary>What both kinds of instances have.</summary>
public static class SharedSchemas
{
    public static JsonObject Tls(string description) => Fields(description,
        ("caName", Text("ConfigMap with the CA's certificate, at service-ca.crt.")),
        ("certName", Text("Secret with certificate and key, at tls.crt and tls.key.")),
        ("cipherSuites", Texts("Cipher suites that are accepted.")),
        ("enabled", Flag("Whether TLS is used.")),
        ("minVersion", Text("The least version of TLS.")));

    public static JsonObject CredentialMode() => Choice("How the store is signed in to; found out from the Secret when empty.", "static", "token", "token-cco");

    public static JsonObject Management() => Choice("Whether the operator keeps the instance as it is asked for.", "Managed", "Unmanaged");

    public static JsonObject ExtraConfig() => Fields("Settings over those that the operator writes.",
        ("tempo", Map("Over tempo.yaml.")));

    public static JsonObject Authentication() => Fields("A login before the Jaeger UI.",
        ("enabled", Flag("Whether there is one.")),
        ("resources", CoreSchemas.Resources("Resources of its container.")),
        ("sar", Text("The right that a user must have.")));

    public static JsonObject Rbac() => Fields("Rights of users on single traces.", ("enabled", Flag("Whether they are asked for.")));

    public static JsonObject McpServer() => Fields("The server for assistants.", ("enabled", Flag("Whether it is on.")));

    public static JsonObject Termination() => Choice("Where TLS of the route ends.", "insecure", "edge", "passthrough", "reencrypt");

    public static IReadOnlyList<(string Name, JsonNode? Value)> Tenants() =>
    [
        ("authentication", Listed("The tenants.", Fields("A tenant.",
            ("oidc", Fields("Its users' OpenID Connect.",
                ("groupClaim", Text("Claim with the groups.")), ("issuerURL", Text("Who issues the tokens.")), ("redirectURL", Text("Where a login comes back to.")),
                ("secret", Fields("Secret with clientID, clientSecret and issuerCAPath.", ("name", Text("Its name.")))), ("usernameClaim", Text("Claim with the name.")))),
            ("tenantId", Text("What Tempo calls it.")),
            ("tenantName", Text("What its users call it."))).Requires("tenantId", "tenantName"))),
        ("authorization", Fields("Who may do what, in mode static.",
            ("roleBindings", Listed("Who has which roles.", Fields("A binding.",
                ("name", Text("Its name.")), ("roles", Texts("The roles.")),
                ("subjects", Listed("Who.", Fields("One.", ("kind", Choice("What it is.", "user", "group")), ("name", Text("Its name."))).Requires("kind", "name")))).Requires("name", "roles", "subjects"))),
            ("roles", Listed("The roles.", Fields("A role.",
                ("name", Text("Its name.")), ("permissions", Listed("What it may.", Choice("One.", "read", "write"))),
                ("resources", Texts("Of what.")), ("tenants", Texts("Of whom."))).Requires("name", "permissions", "resources", "tenants"))))),
        ("mode", Choice("How tenants are told apart.", "static", "openshift").With("default", "static")),
    ];

    public static JsonObject Pods(string component) => MapOf($"The pods of {component}, by state.", Texts("Names."));

    public static JsonObject Definition(string kind, string description, IReadOnlyList<string> shortNames, JsonArray columns, JsonObject spec, JsonObject status)
    {
        var (singular, plural) = (kind.ToLowerInvariant(), kind.ToLowerInvariant() + "s");
        var names = new JsonObject { ["kind"] = kind, ["listKind"] = kind + "List", ["plural"] = plural, ["singular"] = singular };
        if (shortNames.Count > 0)
        {
            names["shortNames"] = new JsonArray([.. shortNames.Select(name => (JsonNode)name)]);
        }

        return new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["group"] = "tempo.grafana.com",
                ["names"] = names,
                ["scope"] = "Namespaced",
                ["versions"] = new JsonArray(new JsonObject
                {
                    ["additionalPrinterColumns"] = columns,
                    ["name"] = "v1alpha1",
                    ["schema"] = new JsonObject
                    {
                        ["openAPIV3Schema"] = Fields(description,
                            ("apiVersion", Text("Version of the schema.")), ("kind", Text("What the object is.")), ("metadata", new JsonObject { ["type"] = "object" }),
                            ("spec", spec), ("status", status)),
                    },
                    ["served"] = true,
                    ["storage"] = true,
                    ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
                }),
            },
        };
    }

    public static JsonObject Column(string name, string path, string type = "string") => new() { ["jsonPath"] = path, ["name"] = name, ["type"] = type };

    private static JsonObject Map(string description) => new() { ["description"] = description, ["x-kubernetes-preserve-unknown-fields"] = true };
}
