namespace TempoCos.Cluster.Api.Http;

/// <summary>The parts of <c>/api/v1/…</c> and <c>/apis/GROUP/VERSION/…</c>; empty where the path ends earlier.</summary>
public sealed record ApiPath(string Group, string Version, string Namespace, string Plural, string Name, string Subresource)
{
    public static ApiPath? Parse(string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return segments switch
        {
            ["api", var version, .. var rest] => Below("", version, rest),
            ["apis", var group, var version, .. var rest] => Below(group, version, rest),
            _ => null,
        };
    }

    private static ApiPath? Below(string group, string version, string[] rest) => rest switch
    {
        ["namespaces", var name, "status" or "finalize"] => new(group, version, "", "namespaces", name, rest[2]),
        ["namespaces", var ns, var plural] => new(group, version, ns, plural, "", ""),
        ["namespaces", var ns, var plural, var name] => new(group, version, ns, plural, name, ""),
        ["namespaces", var ns, var plural, var name, var sub] => new(group, version, ns, plural, name, sub),
        [] => new(group, version, "", "", "", ""),
        [var plural] => new(group, version, "", plural, "", ""),
        [var plural, var name] => new(group, version, "", plural, name, ""),
        [var plural, var name, var sub] => new(group, version, "", plural, name, sub),
        _ => null,
    };
}
