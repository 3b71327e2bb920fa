using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Http;

namespace TempoCos.Cluster.Api;

/// <summary>A refusal, as the Status object that the API server of Kubernetes answers with.</summary>
public sealed class ApiException(int code, string reason, string message, JsonObject? details = null, string? continuation = null) : Exception(message)
{
    public int Code { get; } = code;

    public string Reason { get; } = reason;

    public JsonObject? Details { get; } = details;

    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = continuation is null ? [] : new JsonObject { ["continue"] = continuation },
            ["status"] = "Failure",
            ["message"] = Message,
            ["reason"] = Reason,
        };
        if (Details is not null)
        {
            status["details"] = Details.DeepClone();
        }

        status["code"] = Code;
        return status;
    }

    public static ApiException NotFound(string resource, string name) =>
        new(404, "NotFound", $"{resource} \"{name}\" not found", DetailsOf(resource, name));

    public static ApiException NoSuchPath() =>
        new(404, "NotFound", "the server could not find the requested resource", []);

    public static ApiException AlreadyExists(string resource, string name) =>
        new(409, "AlreadyExists", $"{resource} \"{name}\" already exists", DetailsOf(resource, name));

    public static ApiException Conflict(string resource, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {resource} \"{name}\": {why}", DetailsOf(resource, name));

    public static ApiException Modified(string resource, string name) =>
        Conflict(resource, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static ApiException BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiException Forbidden(string resource, string name, string why) =>
        new(403, "Forbidden", $"{resource} \"{name}\" is forbidden: {why}", DetailsOf(resource, name));

    /// <summary>Nothing new in a namespace that goes.</summary>
    public static ApiException Terminating(string resource, string name, string ns)
    {
        var details = DetailsOf(resource, name);
        details["causes"] = new JsonArray(new JsonObject
        {
            ["reason"] = "NamespaceTerminating",
            ["message"] = $"namespace {ns} is being terminated",
            ["field"] = "metadata.namespace",
        });
        return new(403, "Forbidden", $"{resource} \"{name}\" is forbidden: unable to create new content in namespace {ns} because it is being terminated", details);
    }

    public static ApiException Invalid(string kind, string group, string name, params IReadOnlyList<FieldError> errors)
    {
        var text = Together([.. errors.Select(error => error.ToString()).Distinct()]);
        var details = DetailsOf(group.Length == 0 ? kind : $"{kind}.{group}", name);
        details["causes"] = new JsonArray([.. errors.Select(error => error.ToCause())]);
        return new(422, "Invalid", $"{(group.Length == 0 ? kind : $"{kind}.{group}")} \"{name}\" is invalid: {text}", details);
    }

    private static string Together(List<string> errors) => errors.Count == 1 ? errors[0] : $"[{string.Join(", ", errors)}]";

    public static ApiException Expired(long asked, long oldest) =>
        new(410, "Expired", $"too old resource version: {asked} ({oldest})");

    public static ApiException UnsupportedMediaType(string given, params string[] accepted) =>
        new(415, "UnsupportedMediaType", $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", accepted)} (got {given})");

    public static ApiException MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    public static ApiException Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    /// <summary>What RBAC does not allow.</summary>
    public static ApiException Forbidden(RequestAttributes request, string user, string because = "")
    {
        var reason = because.Length == 0 ? "" : $": {because}";
        if (!request.IsResource)
        {
            return new(403, "Forbidden", $"forbidden: User \"{user}\" cannot {request.Verb} path \"{request.Path}\"{reason}", []);
        }

        var where = request.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{request.Namespace}\"";
        var why = $"User \"{user}\" cannot {request.Verb} resource \"{request.FullResource}\" in API group \"{request.Group}\" {where}{reason}";
        var what = request.Name.Length == 0 ? request.GroupResource : $"{request.GroupResource} \"{request.Name}\"";
        return new(403, "Forbidden", $"{what} is forbidden: {why}", DetailsOf(request.GroupResource, request.Name));
    }

    private static JsonObject DetailsOf(string resource, string name)
    {
        var dot = resource.IndexOf('.', StringComparison.Ordinal);
        var details = new JsonObject();
        if (name.Length > 0)
        {
            details["name"] = name;
        }

        if (dot > 0)
        {
            details["group"] = resource[(dot + 1)..];
        }

        details["kind"] = dot > 0 ? resource[..dot] : resource;
        return details;
    }
}
