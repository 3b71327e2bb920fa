using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Http;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Access.Rbac;

/// <summary>Nobody grants what they do not have, unless they may escalate (roles) or bind (bindings).</summary>
public sealed class Escalation(Authorizer authorizer)
{
    private static readonly string[][] Granting = [["rules"], ["aggregationRule"], ["roleRef"], ["subjects"], ["metadata", "labels"]];

    public void Check(ResourceType type, JsonObject written, JsonObject? live, UserInfo? user)
    {
        if (user is null or { IsMaster: true } || type.Group != Authorizer.Group)
        {
            return;
        }

        var ns = written.Text("metadata", "namespace") ?? "";
        var isRole = type.Plural is "roles" or "clusterroles";
        if (live is not null && Granting.All(path => JsonNode.DeepEquals(written.At(path), live.At(path))))
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
        var name = written.Text("metadata", "name") ?? "";
        if (Excess(granted) is { Count: > 0 } excess)
        {
            throw ApiException.Forbidden(type.Resource, name,
                $"user \"{user.Name}\" (groups=[{string.Join(" ", user.Groups.Select(group => $"\"{group}\""))}]) is attempting to grant RBAC permissions not currently held:\n{string.Join("\n", excess)}");
        }

        // An aggregation may gather anything.
        if ((written.At("aggregationRule") ?? live.At("aggregationRule")) is not null && Excess(Authorizer.Everything.Rules).Count > 0)
        {
            throw ApiException.Forbidden(type.Resource, name, "must have cluster-admin privileges to use the aggregationRule");
        }

        List<PolicyRule> Excess(IReadOnlyList<PolicyRule> rules) => [.. rules.Where(rule => rule.Atoms(ns).Any(atom => !held.Any(own => own.Allows(atom))))];
    }
}
