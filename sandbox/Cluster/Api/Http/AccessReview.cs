using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Http;

/// <summary>Who am I and what may I do: the one user of this cluster may do everything.</summary>
public static class AccessReview
{
    public const string User = "tempocos-admin";

    public static JsonObject Answer(ResourceType type, JsonObject asked)
    {
        asked["apiVersion"] = type.ApiVersion;
        asked["kind"] = type.Kind;
        asked["metadata"] ??= new JsonObject { ["creationTimestamp"] = null };
        asked["status"] = type.Kind switch
        {
            "SelfSubjectAccessReview" => new JsonObject { ["allowed"] = true, ["reason"] = "this cluster has one user, who may do everything" },
            "SelfSubjectRulesReview" => new JsonObject
            {
                ["resourceRules"] = new JsonArray(new JsonObject { ["verbs"] = new JsonArray("*"), ["apiGroups"] = new JsonArray("*"), ["resources"] = new JsonArray("*") }),
                ["nonResourceRules"] = new JsonArray(new JsonObject { ["verbs"] = new JsonArray("*"), ["nonResourceURLs"] = new JsonArray("*") }),
                ["incomplete"] = false,
            },
            _ => new JsonObject { ["userInfo"] = new JsonObject { ["username"] = User, ["groups"] = new JsonArray("system:masters", "system:authenticated") } },
        };
        return asked;
    }
}
