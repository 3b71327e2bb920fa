using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Operator;

/// <summary>The CustomResourceDefinition of TempoStack.</summary>
public static class TempoStackDefinition
{
    public static JsonObject Create() => new()
    {
        ["spec"] = new JsonObject
        {
            ["group"] = "tempo.grafana.com",
            ["scope"] = "Namespaced",
            ["names"] = new JsonObject
            {
                ["kind"] = "TempoStack",
                ["listKind"] = "TempoStackList",
                ["plural"] = "tempostacks",
                ["singular"] = "tempostack",
                ["shortNames"] = new JsonArray("tempo", "tempos"),
            },
            ["versions"] = new JsonArray(new JsonObject
            {
                ["name"] = "v1alpha1",
                ["served"] = true,
                ["storage"] = true,
                ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
                ["additionalPrinterColumns"] = new JsonArray(
                    Column("Age", "date", ".metadata.creationTimestamp"),
                    Column("Tempo Version", "string", ".status.tempoVersion"),
                    Column("Status", "string", ".status.conditions[?(@.status==\"True\")].type"),
                    Column("Management", "string", ".spec.managementState")),
                ["schema"] = new JsonObject { ["openAPIV3Schema"] = Schema() },
            }),
        },
    };

    private static JsonObject Column(string name, string type, string path) => new() { ["name"] = name, ["type"] = type, ["jsonPath"] = path };

    private static JsonObject Schema() => Object(new JsonObject
    {
        ["apiVersion"] = Text(),
        ["kind"] = Text(),
        ["metadata"] = new JsonObject { ["type"] = "object" },
        ["spec"] = Open(Object(new JsonObject
        {
            ["managementState"] = Choice("Managed", "Unmanaged"),
            ["storageSize"] = new JsonObject { ["x-kubernetes-int-or-string"] = true },
            ["storageClassName"] = Text(),
            ["replicationFactor"] = new JsonObject { ["type"] = "integer" },
            ["size"] = Choice("1x.demo", "1x.pico", "1x.extra-small", "1x.small", "1x.medium"),
            ["storage"] = Open(Object(new JsonObject
            {
                ["secret"] = Open(Object(new JsonObject { ["name"] = Text(), ["type"] = Choice("azure", "gcs", "s3"), ["credentialMode"] = Choice("static", "token", "token-cco") }, "name", "type")),
                ["tls"] = Open(Object(new JsonObject { ["enabled"] = Flag(), ["caName"] = Text(), ["certName"] = Text(), ["minVersion"] = Text() })),
            }, "secret")),
            ["resources"] = Open(new JsonObject { ["type"] = "object" }),
            ["template"] = Open(new JsonObject { ["type"] = "object" }),
            ["extraConfig"] = Open(Object(new JsonObject { ["tempo"] = Open(new JsonObject { ["type"] = "object" }) })),
        }, "storage")),
        ["status"] = Open(new JsonObject { ["type"] = "object" }),
    });

    private static JsonObject Object(JsonObject properties, params string[] required)
    {
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Length > 0)
        {
            schema["required"] = new JsonArray([.. required.Select(name => (JsonNode)name)]);
        }

        return schema;
    }

    private static JsonObject Open(JsonObject schema)
    {
        schema["x-kubernetes-preserve-unknown-fields"] = true;
        return schema;
    }

    private static JsonObject Text() => new() { ["type"] = "string" };

    private static JsonObject Flag() => new() { ["type"] = "boolean" };

    private static JsonObject Choice(params string[] values) =>
        new() { ["type"] = "string", ["enum"] = new JsonArray([.. values.Select(value => (JsonNode)value)]) };
}
