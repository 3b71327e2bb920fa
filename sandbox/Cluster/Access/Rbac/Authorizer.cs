using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Http;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Access.Rbac;

/// <summary>Role-based access control: what the bindings of a user allow, read from the objects as they are now.</summary>
public sealed class Authorizer(ObjectStore store)
{
    public const string Group = "rbac.authorization.k8s.io";
    public const string Roles = "roles.rbac.authorization.k8s.io";
    public const string RoleBindings = "rolebindings.rbac.authorization.k8s.io";
    public const string ClusterRoles = "clusterroles.rbac.authorization.k8s.io";
    public const string ClusterRoleBindings = "clusterrolebindings.rbac.authorization.k8s.io";

    /// <summary>What the group system:masters and the role cluster-admin may.</summary>
    public static Grant Everything { get; } = new("", [new(["*"], ["*"], ["*"], [], []), new(["*"], [], [], [], ["*"])]);

    // One version of an object never changes, so it is read once.
    private readonly ConditionalWeakTable<StoredObject, JsonObject> bindings = [];
    private readonly ConditionalWeakTable<StoredObject, IReadOnlyList<PolicyRule>> rules = [];

    public Decision Decide(UserInfo user, RequestAttributes request)
    {
        var missing = new List<string>();
        foreach (var grant in Grants(user, request.Namespace))
        {
            if (grant.Rules.Any(rule => rule.Allows(request)))
            {
                return new Decision(true, grant.Reason);
            }

            if (grant.Missing is not null)
            {
                missing.Add(grant.Missing);
            }
        }

        return new Decision(false, missing.Count == 0 ? "" : $"RBAC: {(missing.Count == 1 ? missing[0] : $"[{string.Join(", ", missing)}]")}");
    }

    /// <summary>Everything that is granted to the user, in the namespace ("" for the cluster's scope).</summary>
    public IEnumerable<Grant> Grants(UserInfo user, string ns)
    {
        if (user.IsMaster)
        {
            return [Everything];
        }

        return Grants(ClusterRoleBindings, "ClusterRoleBinding", "", user)
            .Concat(ns.Length > 0 ? Grants(RoleBindings, "RoleBinding", ns, user) : []);
    }

    /// <summary>The rules of a role that a binding names; null when it is missing.</summary>
    public IReadOnlyList<PolicyRule>? Rules(string kind, string ns, string name) =>
        store.Find(kind == "ClusterRole" ? new ObjectKey(ClusterRoles, "", name) : new ObjectKey(Roles, ns, name)) is { } role
            ? rules.GetValue(role, stored => [.. stored.ToObject().Objects("rules").Select(PolicyRule.Parse)])
            : null;

    private static string? Subject(JsonObject binding, string ns, UserInfo user) => binding.Objects("subjects").Select(subject => (subject.Text("kind"), subject.Text("name") ?? "") switch
    {
        ("User", var name) when name == user.Name => $"User \"{name}\"",
        ("Group", var name) when user.Groups.Contains(name) => $"Group \"{name}\"",
        ("ServiceAccount", var name) when (subject.Text("namespace") ?? ns) is var home && UserInfo.ServiceAccount(home, name).Name == user.Name => $"ServiceAccount \"{name}/{home}\"",
        _ => null,
    }).FirstOrDefault(found => found is not null);

    private IEnumerable<Grant> Grants(string resource, string kind, string ns, UserInfo user)
    {
        foreach (var stored in store.List(resource, ns).Objects)
        {
            var binding = bindings.GetValue(stored, one => one.ToObject());
            if (Subject(binding, ns, user) is not { } subject)
            {
                continue;
            }

            var (roleKind, roleName) = (binding.Text("roleRef", "kind") ?? "", binding.Text("roleRef", "name") ?? "");
            var where = ns.Length == 0 ? stored.Key.Name : $"{stored.Key.Name}/{ns}";
            yield return Rules(roleKind, ns, roleName) is { } found
                ? new Grant($"RBAC: allowed by {kind} \"{where}\" of {roleKind} \"{roleName}\" to {subject}", found)
                : new Grant("", [], $"{roleKind.ToLowerInvariant()}.rbac.authorization.k8s.io \"{roleName}\" not found");
        }
    }
}
