namespace TempoCos.Cluster.Api.Http;

/// <summary>What a request wants to do with what, in the terms of authorization; a path that names no resource has only its verb and path.</summary>
public sealed record RequestAttributes(string Verb, string Group, string Version, string Resource, string Subresource, string Namespace, string Name, string Path)
{
    private const string OnlyName = "metadata.name=";

    public bool IsResource => Resource.Length > 0;

    /// <summary><c>deployments.apps</c>.</summary>
    public string GroupResource => Group.Length == 0 ? Resource : $"{Resource}.{Group}";

    /// <summary><c>pods/log</c>.</summary>
    public string FullResource => Subresource.Length == 0 ? Resource : $"{Resource}/{Subresource}";

    public static RequestAttributes Of(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        if (ApiPath.Parse(path) is not { Plural.Length: > 0 } parsed)
        {
            return new(request.Method.ToLowerInvariant(), "", "", "", "", "", "", path);
        }

        var name = parsed.Name;
        if (name.Length == 0 && request.Method == "GET" && request.Query["fieldSelector"].ToString() is var selector
            && selector.StartsWith(OnlyName, StringComparison.Ordinal) && !selector.Contains(',', StringComparison.Ordinal))
        {
            name = selector[OnlyName.Length..].TrimStart('=');
        }

        // A namespace is authorized as something that is in itself.
        var ns = parsed is { Plural: "namespaces", Group: "" } ? parsed.Name : parsed.Namespace;
        return new(VerbOf(request, parsed), parsed.Group, parsed.Version, parsed.Plural, parsed.Subresource, ns, name, path);
    }

    private static string VerbOf(HttpRequest request, ApiPath path) => request.Method switch
    {
        "GET" or "HEAD" when path.Name.Length > 0 => path.Subresource.Length == 0 && IsWatch(request) ? "watch" : "get",
        "GET" or "HEAD" => IsWatch(request) ? "watch" : "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => path.Name.Length > 0 ? "delete" : "deletecollection",
        var other => other.ToLowerInvariant(),
    };

    private static bool IsWatch(HttpRequest request) => request.Query["watch"].ToString() is "true" or "1";
}
