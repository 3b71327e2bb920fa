using System.Text.Json.Nodes;
using TempoCos.Cluster.Access;
using TempoCos.Cluster.Access.Rbac;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Http;

/// <summary>Who am I, whose token is this, and what may they do.</summary>
public sealed class AccessReview(Authorizer authorizer, TokenAuthentication authentication)
{
    public JsonObject Answer(ResourceType type, JsonObject asked, string ns, UserInfo user)
    {
        asked["apiVersion"] = type.ApiVersion;
        asked["kind"] = type.Kind;
        asked["metadata"] ??= new JsonObject { ["creationTimestamp"] = null };
        var spec = asked.At("spec");
        asked["status"] = type.Kind switch
        {
            "SelfSubjectAccessReview" => Access(type, user, spec),
            "SubjectAccessReview" => Access(type, Subject(type, spec), spec),
            "LocalSubjectAccessReview" when (spec.Text("resourceAttributes", "namespace") ?? "") == ns => Access(type, Subject(type, spec), spec),
            "LocalSubjectAccessReview" => throw ApiException.Invalid(type.Kind, type.Group, "",
                FieldError.InvalidValue("spec.resourceAttributes.namespace", spec.Text("resourceAttributes", "namespace") ?? "", "must match metadata.namespace")),
            "SelfSubjectRulesReview" => Rules(user, spec.Text("namespace") ?? ""),
            "TokenReview" => Token(type, spec),
            _ => new JsonObject { ["userInfo"] = user.ToJson() },
        };
        return asked;
    }

    private static UserInfo Subject(ResourceType type, JsonNode? spec)
    {
        List<string> groups = [.. spec.Texts("groups")];
        var name = spec.Text("user") ?? "";
        if (name.Length == 0 && groups.Count == 0)
        {
            throw ApiException.Invalid(type.Kind, type.Group, "", FieldError.InvalidValue("spec.user", "", "at least one of user or group must be specified"));
        }

        return new UserInfo(name, groups);
    }

    private JsonObject Access(ResourceType type, UserInfo user, JsonNode? spec)
    {
        var (resource, path) = (spec.At("resourceAttributes"), spec.At("nonResourceAttributes"));
        if (resource is null == path is null)
        {
            throw ApiException.Invalid(type.Kind, type.Group, "", FieldError.InvalidValue(
                "spec.resourceAttributes", "null", "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
        }

        var decision = authorizer.Decide(user, resource is not null
            ? new RequestAttributes(
                resource.Text("verb") ?? "", resource.Text("group") ?? "", resource.Text("version") ?? "", resource.Text("resource") ?? "",
                resource.Text("subresource") ?? "", resource.Text("namespace") ?? "", resource.Text("name") ?? "", "")
            : new RequestAttributes(path.Text("verb") ?? "", "", "", "", "", "", "", path.Text("path") ?? ""));
        var status = new JsonObject { ["allowed"] = decision.Allowed };
        if (decision.Reason.Length > 0)
        {
            status["reason"] = decision.Reason;
        }

        return status;
    }

    private JsonObject Rules(UserInfo user, string ns)
    {
        if (ns.Length == 0)
        {
            throw ApiException.BadRequest("no namespace on request");
        }

        var grants = authorizer.Grants(user, ns).ToList();
        var rules = grants.SelectMany(grant => grant.Rules).ToList();
        var status = new JsonObject
        {
            ["resourceRules"] = rules.Where(rule => rule.Paths.Count == 0).Select(rule => (JsonNode)rule.ToJson()).ToJsonArray(),
            ["nonResourceRules"] = rules.Where(rule => rule.Paths.Count > 0).Select(rule => (JsonNode)rule.ToJson()).ToJsonArray(),
            ["incomplete"] = false,
        };
        if (grants.Select(grant => grant.Missing).OfType<string>().ToList() is { Count: > 0 } missing)
        {
            status["incomplete"] = true;
            status["evaluationError"] = string.Join(", ", missing);
        }

        return status;
    }

    private JsonObject Token(ResourceType type, JsonNode? spec)
    {
        var token = spec.Text("token") is { Length: > 0 } given ? given : throw ApiException.Invalid(type.Kind, type.Group, "", FieldError.Required("spec.token"));
        List<string> audiences = [.. spec.Texts("audiences")];
        if (audiences.Count == 0)
        {
            audiences.Add(ServiceAccountTokens.Issuer);
        }

        foreach (var audience in audiences)
        {
            if (authentication.Verify(token, audience) is { } user)
            {
                return new JsonObject { ["authenticated"] = true, ["user"] = user.ToJson(), ["audiences"] = new JsonArray(audience) };
            }
        }

        return new JsonObject { ["user"] = new JsonObject(), ["error"] = "[invalid bearer token]" };
    }
}
