using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Access.Rbac;

/// <summary>The roles and bindings that every cluster begins with.</summary>
public static class DefaultRoles
{
    private const string AggregateTo = "rbac.authorization.k8s.io/aggregate-to-";

    private static readonly string[] Read = ["get", "list", "watch"];
    private static readonly string[] Write = ["create", "delete", "deletecollection", "patch", "update"];

    private static readonly (string Group, string[] Resources)[] Viewed =
    [
        ("", ["configmaps", "endpoints", "events", "limitranges", "namespaces", "persistentvolumeclaims", "persistentvolumeclaims/status", "pods", "pods/log", "pods/status", "resourcequotas", "resourcequotas/status", "serviceaccounts", "services", "services/status"]),
        ("discovery.k8s.io", ["endpointslices"]),
        ("events.k8s.io", ["events"]),
        ("apps", ["controllerrevisions", "deployments", "deployments/scale", "deployments/status", "replicasets", "replicasets/scale", "replicasets/status", "statefulsets", "statefulsets/scale", "statefulsets/status"]),
        ("batch", ["jobs", "jobs/status"]),
        ("networking.k8s.io", ["ingresses", "ingresses/status", "networkpolicies"]),
        ("policy", ["poddisruptionbudgets", "poddisruptionbudgets/status"]),
    ];

    private static readonly (string Group, string[] Resources)[] Edited =
    [
        ("", ["configmaps", "events", "persistentvolumeclaims", "pods", "secrets", "serviceaccounts", "services"]),
        ("apps", ["deployments", "deployments/scale", "replicasets", "replicasets/scale", "statefulsets", "statefulsets/scale"]),
        ("batch", ["jobs"]),
        ("coordination.k8s.io", ["leases"]),
        ("events.k8s.io", ["events"]),
        ("networking.k8s.io", ["ingresses", "networkpolicies"]),
        ("policy", ["poddisruptionbudgets"]),
    ];

    public static IEnumerable<(string Name, JsonObject Content)> ClusterRoles =>
    [
        ("cluster-admin", Role([Rule(["*"], "*", "*"), Path(["*"], "*")])),
        ("admin", Aggregated("admin")),
        ("edit", Labelled(Aggregated("edit"), "admin")),
        ("view", Labelled(Aggregated("view"), "edit")),
        ("system:aggregate-to-view", Labelled(Role([.. Viewed.Select(one => Rule(Read, one.Group, one.Resources))]), "view")),
        ("system:aggregate-to-edit", Labelled(Role(
        [
            Rule(Read, "", "secrets", "pods/portforward"),
            Rule(["impersonate"], "", "serviceaccounts"),
            Rule(["create"], "", "serviceaccounts/token", "pods/portforward"),
            Rule(Read, "coordination.k8s.io", "leases"),
            .. Edited.Select(one => Rule(Write, one.Group, one.Resources)),
        ]), "edit")),
        ("system:aggregate-to-admin", Labelled(Role(
        [
            Rule([.. Read, .. Write], "rbac.authorization.k8s.io", "roles", "rolebindings"),
            Rule(["create"], "authorization.k8s.io", "localsubjectaccessreviews"),
        ]), "admin")),
        ("system:basic-user", Role(
        [
            Rule(["create"], "authorization.k8s.io", "selfsubjectaccessreviews", "selfsubjectrulesreviews"),
            Rule(["create"], "authentication.k8s.io", "selfsubjectreviews"),
        ])),
        ("system:discovery", Role([Path(["get"], "/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/")])),
        ("system:public-info-viewer", Role([Path(["get"], "/healthz", "/livez", "/readyz", "/version", "/version/")])),
        ("system:auth-delegator", Role([Rule(["create"], "authentication.k8s.io", "tokenreviews"), Rule(["create"], "authorization.k8s.io", "subjectaccessreviews")])),
    ];

    public static IEnumerable<(string Name, JsonObject Content)> ClusterRoleBindings =>
    [
        ("cluster-admin", Binding("cluster-admin", UserInfo.Masters)),
        ("system:basic-user", Binding("system:basic-user", UserInfo.Authenticated)),
        ("system:discovery", Binding("system:discovery", UserInfo.Authenticated)),
        ("system:public-info-viewer", Binding("system:public-info-viewer", UserInfo.Authenticated, "system:unauthenticated")),
    ];

    private static JsonObject Role(JsonArray rules) => new() { ["metadata"] = Metadata(), ["rules"] = rules };

    private static JsonObject Metadata() => new() { ["labels"] = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" } };

    private static JsonObject Aggregated(string to) => new()
    {
        ["metadata"] = Metadata(),
        ["aggregationRule"] = new JsonObject
        {
            ["clusterRoleSelectors"] = new JsonArray(new JsonObject { ["matchLabels"] = new JsonObject { [AggregateTo + to] = "true" } }),
        },
    };

    private static JsonObject Labelled(JsonObject role, string to)
    {
        role.Ensure("metadata", "labels")[AggregateTo + to] = "true";
        return role;
    }

    private static JsonObject Binding(string role, params string[] groups) => new()
    {
        ["metadata"] = Metadata(),
        ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "ClusterRole", ["name"] = role },
        ["subjects"] = groups.Select(group => (JsonNode)new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "Group", ["name"] = group }).ToJsonArray(),
    };

    private static JsonObject Rule(string[] verbs, string group, params string[] resources) => new()
    {
        ["apiGroups"] = new JsonArray(group),
        ["resources"] = resources.Select(resource => (JsonNode)resource).ToJsonArray(),
        ["verbs"] = verbs.Select(verb => (JsonNode)verb).ToJsonArray(),
    };

    private static JsonObject Path(string[] verbs, params string[] paths) => new()
    {
        ["nonResourceURLs"] = paths.Select(path => (JsonNode)path).ToJsonArray(),
        ["verbs"] = verbs.Select(verb => (JsonNode)verb).ToJsonArray(),
    };
}
