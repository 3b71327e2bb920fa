using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Access;
using TempoCos.Cluster.Api.Admission;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Selection;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Api.Http;

/// <summary>create, update and delete.</summary>
public sealed class WriteEndpoint(ResourceRegistry registry, ObjectStore store, ResourceCatalog catalog, AccessReview reviews, TokenRequest tokens, EventAdmission events, NamespaceContent namespaces)
{
    /// <summary>The kinds whose deletion a real API server answers with the object, and not with a Status.</summary>
    private static readonly HashSet<string> AnswerWithObject =
        ["persistentvolumes", "persistentvolumeclaims", "pods", "resourcequotas", "serviceaccounts", "services", "storageclasses.storage.k8s.io"];

    private const string DefaultManager = "unknown";

    public static string Manager(HttpRequest request) =>
        request.Query["fieldManager"].ToString() is { Length: > 0 } given ? given
        : request.Headers.UserAgent.ToString().Split('/', ' ')[0] is { Length: > 0 } agent ? agent
        : DefaultManager;

    public static WriteOptions Options(HttpRequest request, ApiPath path)
    {
        CheckOptions(request);
        return new(Manager(request), request.Query["dryRun"].Count > 0, path.Subresource == "status", request.HttpContext.Features.Get<UserInfo>())
        {
            FieldValidation = request.Query["fieldValidation"].ToString() is { Length: > 0 } asked ? asked : "Warn",
            Warn = text => Warn(request.HttpContext.Response, text),
        };
    }

    private static void CheckOptions(HttpRequest request)
    {
        var errors = new List<FieldError>();
        if (request.Query["dryRun"].Any(value => value != "All"))
        {
            errors.Add(new("FieldValueNotSupported", "dryRun", $"Unsupported value: [{string.Join(",", request.Query["dryRun"].Select(value => $"\"{value}\""))}]: supported values: \"All\""));
        }

        if (request.Query["fieldValidation"].ToString() is not ("" or "Ignore" or "Warn" or "Strict") and var validation)
        {
            errors.Add(FieldError.NotSupported("fieldValidation", validation, ["", "Ignore", "Strict", "Warn"]));
        }

        if (errors.Count > 0)
        {
            var kind = request.Method switch { "POST" => "CreateOptions", "PUT" => "UpdateOptions", "PATCH" => "PatchOptions", _ => "DeleteOptions" };
            throw ApiException.Invalid(kind, "meta.k8s.io", "", errors);
        }
    }

    public async Task CreateAsync(HttpContext context, ResourceType type, ApiPath path, CancellationToken cancellation)
    {
        var given = await ApiBody.ReadObjectAsync(context.Request, cancellation);
        if (type.IsReview)
        {
            await ApiResponse.WriteAsync(context, reviews.Answer(type, given, path.Namespace, context.Features.Get<UserInfo>()!), 201);
            return;
        }

        var ns = Namespace(type, path, given);
        var options = Options(context.Request, path);
        var created = registry.Create(EventView.Stored(type), ns, events.Admit(type, given, live: null, options), options);
        namespaces.Begin(type, created);
        await ApiResponse.WriteAsync(context, EventView.Show(type, created), 201);
    }

    public async Task RequestTokenAsync(HttpContext context, ApiPath path, CancellationToken cancellation) =>
        await ApiResponse.WriteAsync(context, tokens.Answer(path.Namespace, path.Name, await ApiBody.ReadObjectAsync(context.Request, cancellation)), 201);

    public async Task ReplaceAsync(HttpContext context, ResourceType type, ApiPath path, CancellationToken cancellation)
    {
        var given = await ApiBody.ReadObjectAsync(context.Request, cancellation);
        var options = Options(context.Request, path);
        if (path.Subresource == "scale")
        {
            var scale = ScaleView.For(catalog, type);
            var scaled = registry.Update(type, path.Namespace, path.Name, live => scale.Into(live, given), options);
            await ApiResponse.WriteAsync(context, scale.Of(scaled));
            return;
        }

        Namespace(type, path, given);
        var replaced = registry.Update(EventView.Stored(type), path.Namespace, path.Name, live => events.Admit(type, given.Copy(), live, options), options);
        await ApiResponse.WriteAsync(context, EventView.Show(type, replaced));
    }

    public async Task DeleteAsync(HttpContext context, ResourceType type, ApiPath path, CancellationToken cancellation)
    {
        if (type.IsReview)
        {
            throw ApiException.MethodNotAllowed();
        }

        CheckOptions(context.Request);
        var options = DeleteOptionsOf(context.Request, await ApiBody.ReadAsync(context.Request, cancellation));
        if (path.Name.Length == 0 && type.Resource == BuiltInResources.Namespaces)
        {
            // Nobody means to delete all of them.
            throw ApiException.MethodNotAllowed();
        }

        if (path.Name.Length == 0)
        {
            await DeleteCollectionAsync(context, type, path, options);
            return;
        }

        var (deleted, gone) = registry.Delete(EventView.Stored(type), path.Namespace, path.Name, options);
        await ApiResponse.WriteAsync(context, gone && !AnswerWithObject.Contains(type.Resource) ? ApiResponse.Success(path.Name, type.Group, type.Plural, deleted.Text("metadata", "uid")) : EventView.Show(type, deleted));
    }

    public static void Warn(HttpResponse response, string text)
    {
        var warning = $"299 - \"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        if (!response.Headers.Warning.Contains(warning))
        {
            response.Headers.Append("Warning", warning);
        }
    }

    private static string Namespace(ResourceType type, ApiPath path, JsonObject given)
    {
        if (!type.Namespaced)
        {
            return "";
        }

        if (path.Namespace.Length == 0)
        {
            throw ApiException.MethodNotAllowed();
        }

        return given.Text("metadata", "namespace") is { Length: > 0 } named && named != path.Namespace
            ? throw ApiException.BadRequest($"the namespace of the provided object does not match the namespace sent on the request")
            : path.Namespace;
    }

    private static DeleteOptions DeleteOptionsOf(HttpRequest request, JsonNode? body)
    {
        var grace = long.TryParse(request.Query["gracePeriodSeconds"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : (long?)null;
        var policy = body.Text("propagationPolicy") ?? (request.Query["propagationPolicy"].ToString() is { Length: > 0 } asked ? asked : "Background");
        if (policy is not ("Background" or "Foreground" or "Orphan"))
        {
            throw ApiException.Invalid("DeleteOptions", "meta.k8s.io", "", FieldError.NotSupported("propagationPolicy", policy, ["Foreground", "Background", "Orphan", "nil"]));
        }

        return new DeleteOptions(
            policy,
            body.Number("gracePeriodSeconds") ?? grace,
            body.Text("preconditions", "uid"),
            body.Text("preconditions", "resourceVersion"),
            request.Query["dryRun"].Count > 0 || body.Texts("dryRun").Any())
        {
            User = request.HttpContext.Features.Get<UserInfo>(),
            Warn = text => Warn(request.HttpContext.Response, text),
        };
    }

    private async Task DeleteCollectionAsync(HttpContext context, ResourceType type, ApiPath path, DeleteOptions options)
    {
        var storedType = EventView.Stored(type);
        foreach (var stored in store.List(storedType.Resource, path.Namespace).Objects.Select(one => EventView.Show(type, one)).Where(ObjectSelector.Of(context.Request.Query, type).Matches))
        {
            try
            {
                registry.Delete(storedType, stored.Key.Namespace, stored.Key.Name, options);
            }
            catch (ApiException gone) when (gone.Code == 404)
            {
                // Somebody was faster.
            }
        }

        await ApiResponse.WriteAsync(context, ApiResponse.Success("", type.Group, type.Plural, uid: null));
    }
}
