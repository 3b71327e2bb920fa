namespace TempoCos.Cluster.Network.Http;

/// <summary>Which requests go to which service's loopback port.</summary>
/// <param name="Host">A host, one with a leading <c>*.</c>, or "" for all.</param>
/// <param name="Path">An absolute path.</param>
/// <param name="IsExact">Whether only this path is meant, and not what is below it.</param>
/// <param name="Target">Where its service is reached, or null when there is none.</param>
/// <param name="BackendAuthority">PEM of who vouches for the service, which then speaks TLS; null for plain HTTP.</param>
/// <param name="BackendName">The name that the service's certificate has to have.</param>
public sealed record HttpRule(string Host, string Path, bool IsExact, int? Target, string? BackendAuthority = null, string BackendName = "")
{
    /// <summary>The rule of a request: those of its host only, the longest path first, exact ones before those of what is below.</summary>
    public static HttpRule? Find(IEnumerable<HttpRule> rules, string host, string path)
    {
        var fitting = rules.Where(rule => rule.Matches(host)).ToList();
        var hosts = fitting.Where(rule => rule.Host.Length > 0).ToList();
        return Best(hosts.Where(rule => !rule.Host.StartsWith('*')), path) ?? Best(hosts, path) ?? Best(fitting.Where(rule => rule.Host.Length == 0), path);
    }

    private static HttpRule? Best(IEnumerable<HttpRule> rules, string path) =>
        rules.Where(rule => rule.Leads(path)).OrderByDescending(rule => rule.Path.TrimEnd('/').Length).ThenByDescending(rule => rule.IsExact).FirstOrDefault();

    /// <summary>The names of loopback stand for every host: who asks there has no other name for this listener.</summary>
    private bool Matches(string host) =>
        Host.Length == 0
        || host is "127.0.0.1" or "localhost" or "[::1]"
        || (Host.StartsWith("*.", StringComparison.Ordinal)
            ? host.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && host[dot..].Equals(Host[1..], StringComparison.OrdinalIgnoreCase)
            : host.Equals(Host, StringComparison.OrdinalIgnoreCase));

    private bool Leads(string path)
    {
        var prefix = Path.TrimEnd('/');
        return IsExact ? path == Path : path.StartsWith(prefix, StringComparison.Ordinal) && (path.Length == prefix.Length || path[prefix.Length] == '/');
    }
}
