using System.Collections.Concurrent;
using TempoCos.TempoStackDeployer.Clusters.Rights;

namespace TempoCos.TempoStackDeployer.Tests.Clusters;

/// <summary>Which rights a deployer has used, told from its requests; those to forward ports go by WebSockets, which pass no handler.</summary>
internal sealed class AskedRights(string @namespace)
{
    private readonly ConcurrentDictionary<string, bool> _asked = new(StringComparer.Ordinal);

    /// <summary>Such as <c>get pods/log</c>, <c>list nodes in the cluster</c>, <c>get secrets ibm-cos-secret</c>.</summary>
    public IEnumerable<string> All => _asked.Keys.Order(StringComparer.Ordinal);

    /// <summary>The same of a table of rights.</summary>
    public static IEnumerable<string> Of(IEnumerable<RequiredRight> rights) =>
        (from right in rights
         from verb in right.Verbs
         select Line(verb, right.FullName, right.ClusterWide, right.Name)).Order(StringComparer.Ordinal);

    public DelegatingHandler Handler() => new Listener(this);

    private static string Line(string verb, string resource, bool clusterWide, string name) => $"{verb} {resource}{(clusterWide ? " in the cluster" : "")}{(name.Length > 0 ? $" {name}" : "")}";

    private void Add(HttpRequestMessage request)
    {
        string[] path = [.. request.RequestUri!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries)];
        var (apiGroup, rest) = path switch
        {
            ["api", "v1", .. var core] => ("", core),
            ["apis", var named, _, .. var others] => ($".{named}", others),
            _ => ("", []),
        };

        // What is served, and what one may do oneself, everybody may ask.
        if (rest.Length == 0 || rest[0].StartsWith("selfsubject", StringComparison.Ordinal))
        {
            return;
        }

        var inNamespace = rest is ["namespaces", _, _, ..];
        var (resource, name, below) = (inNamespace ? rest[2..] : rest) switch
        {
            [var all] => (all, "", ""),
            [var of, var one] => (of, one, ""),
            [var of, var one, var sub, ..] => (of, one, $"/{sub}"),
            _ => throw new InvalidOperationException($"{request.Method} {request.RequestUri}"),
        };
        var ofNamespace = resource == "namespaces" && name == @namespace;
        foreach (var verb in Verbs(request, name))
        {
            _asked[Line(verb, resource + below + apiGroup, !inNamespace && !ofNamespace, resource == "secrets" || (resource == "namespaces" && !ofNamespace) ? name : "")] = true;
        }
    }

    private static string[] Verbs(HttpRequestMessage request, string name) => request.Method.Method switch
    {
        "GET" when request.RequestUri!.Query.Contains("watch=true", StringComparison.Ordinal) => ["watch"],
        "GET" => [name.Length > 0 ? "get" : "list"],
        "POST" => ["create"],
        "PUT" => ["update"],

        // An apply makes what is not there.
        "PATCH" => request.Content?.Headers.ContentType?.MediaType == "application/apply-patch+yaml" ? ["create", "patch"] : ["patch"],
        "DELETE" => [name.Length > 0 ? "delete" : "deletecollection"],
        var other => [other],
    };

    private sealed class Listener(AskedRights asked) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            asked.Add(request);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
