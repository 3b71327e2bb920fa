using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Http;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Access.Rbac;

/// <summary>Nobody grants what they do not have, unless they may escalate (roles) or bind (bindings).</summary>
public sealed class Escalation(Authorizer authorizer)
{
    public void Check(ResourceType type, JsonObject written, JsonObject? live, UserInfo? user)
    {
        if (user is null or { IsMaster: true } || type.Group != "rbac.authorization.k8s.io")
        {
            return;
        }

        var ns = written.Text("metadata", "namespace") ?? "";
        var isRole = type.Plural is "roles" or "clusterroles";
        if (live is not null && JsonNode.DeepEquals(written.At(isRole ? "rules" : "roleRef"), live.At(isRole ? "rules" : "roleRef"))
            && (isRole || JsonNode.DeepEquals(written.At("subjects"), live.At("subjects"))))
        {
            return;
        }

        var (kind, role) = (written.Text("roleRef", "kind") ?? "", written.Text("roleRef", "name") ?? "");
        var exempt = isRole
            ? new RequestAttributes("escalate", type.Group, type.Version, type.Plural, "", ns, written.Text("metadata", "name") ?? "", "")
            : new RequestAttributes("bind", type.Group, type.Version, kind == "ClusterRole" ? "clusterroles" : "roles", "", ns, role, "");
        if (authorizer.Decide(user, exempt).Allowed)
        {
            return;
        }

        IReadOnlyList<PolicyRule> granted = isRole ? [.. written.Objects("rules").Select(PolicyRule.Parse)]
            : authorizer.Rules(kind, ns, role) ?? throw ApiException.NotFound(kind == "ClusterRole" ? Authorizer.ClusterRoles : Authorizer.Roles, role);
        var held = authorizer.Grants(user, ns).SelectMany(grant => grant.Rules).ToList();
        var excess = granted.Where(rule => rule.Atoms(ns).Any(atom => !held.Any(own => own.Allows(atom)))).ToList();
        if (excess.Count > 0)
        {
            throw ApiException.Forbidden(type.Resource, written.Text("metadata", "name") ?? "",
                $"user \"{user.Name}\" (groups=[{string.Join(" ", user.Groups.Select(group => $"\"{group}\""))}]) is attempting to grant RBAC permissions not currently held:\n{string.Join("\n", excess)}");
        }
    }
}
