using System.Text;

namespace TempoCos.TempoStackDeployer.Clusters.Rights;

/// <summary>Rights that a user does not have, and how to give them.</summary>
/// <param name="namespace">Of the run.</param>
/// <param name="isThere">Whether it is: nothing can be applied in a namespace that is not.</param>
/// <param name="user">Who lacks them; empty when not known.</param>
/// <param name="rights">Which.</param>
internal sealed class MissingRights(string @namespace, bool isThere, string user, IReadOnlyList<RequiredRight> rights)
{
    private const string Role = "tempocos";
    private const string AccountPrefix = "system:serviceaccount:";

    public bool Any => rights.Count > 0;

    public IEnumerable<RequiredRight> Rights => rights;

    /// <summary><c>list, watch pods in namespace NAME; create namespaces in the cluster</c>.</summary>
    public override string ToString() => string.Join("; ", Lines());

    /// <summary>
    /// A Role and, where need be, a ClusterRole to apply, with what binds them. Where the namespace is not there an administrator makes it: that needs fewer rights
    /// than letting the run make it.
    /// </summary>
    public string Remedy()
    {
        var given = isThere ? rights : rights.Where(right => right.Use != RightUse.OwnNamespace).ToArray();
        var text = new StringBuilder(isThere ? "Have an administrator " : $"Have an administrator make the namespace (kubectl create namespace {@namespace}), ");
        text.Append(given.Count > 0 ? $"{(isThere ? "" : "then ")}apply this (kubectl apply -f -) and bind it:" : "or apply this (kubectl apply -f -) and bind it:");
        given = given.Count > 0 ? given : [.. rights.Select(right => right with { ClusterWide = true })];
        Append(text, "Role", [.. given.Where(right => !right.ClusterWide)]);
        Append(text, "ClusterRole", [.. given.Where(right => right.ClusterWide)]);
        if (given.Any(right => !right.ClusterWide))
        {
            text.Append($"\nkubectl -n {@namespace} create rolebinding {Role} --role={Role} {Subject()}");
        }

        if (given.Any(right => right.ClusterWide))
        {
            text.Append($"\nkubectl create clusterrolebinding {Role} --clusterrole={Role} {Subject()}");
        }

        return text.ToString();
    }

    private IEnumerable<string> Lines() =>
        from right in rights
        group right by (right.FullName, right.ClusterWide, right.Name) into same
        let verbs = string.Join(", ", same.SelectMany(right => right.Verbs).Distinct())
        let of = same.Key.Name.Length > 0 ? $" {same.Key.Name}" : ""
        select $"{verbs} {same.Key.FullName}{of} in {(same.Key.ClusterWide ? "the cluster" : $"namespace {@namespace}")}";

    private void Append(StringBuilder text, string kind, IReadOnlyList<RequiredRight> some)
    {
        if (some.Count == 0)
        {
            return;
        }

        text.Append($"\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata:\n  name: {Role}\n");
        if (kind == "Role")
        {
            text.Append($"  namespace: {@namespace}\n");
        }

        text.Append("rules:");
        foreach (var same in some.GroupBy(right => (right.Group, right.Resource, right.Name)))
        {
            text.Append($"\n- apiGroups: [\"{same.Key.Group}\"]\n  resources: [\"{same.Key.Resource}\"]\n  verbs: [{string.Join(", ", same.SelectMany(right => right.Verbs).Distinct())}]");
            if (same.Key.Name.Length > 0)
            {
                text.Append($"\n  resourceNames: [\"{same.Key.Name}\"]");
            }
        }
    }

    private string Subject() => user switch
    {
        "" => "--user=NAME",
        _ when user.StartsWith(AccountPrefix, StringComparison.Ordinal) => $"--serviceaccount={user[AccountPrefix.Length..]}",
        _ => $"--user={user}",
    };
}
