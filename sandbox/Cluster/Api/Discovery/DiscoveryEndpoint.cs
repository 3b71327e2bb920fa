using System.Text.Json.Nodes;
using TempoCos.Cluster.Access;
using TempoCos.Cluster.Api.Http;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Discovery;

/// <summary>Everything that is not an object: health, version, what is served.</summary>
public sealed class DiscoveryEndpoint(ResourceCatalog catalog)
{
    private const string Aggregated = "as=APIGroupDiscoveryList";

    public async Task<bool> TryHandleAsync(HttpContext context)
    {
        var path = (context.Request.Path.Value ?? "").TrimEnd('/');
        if (TokenAuthentication.IsHealth(path))
        {
            await ApiResponse.WriteAsync(context, "ok"u8.ToArray(), contentType: "text/plain");
            return true;
        }

        if (context.Request.Method != "GET")
        {
            return false;
        }

        if (path is "/api" or "/apis" && AggregatedVersion(context.Request) is { } version)
        {
            await ApiResponse.WriteAsync(context, AggregatedDiscovery.List(catalog.Types, path == "/api", version),
                contentType: $"application/json;g=apidiscovery.k8s.io;v={version};{Aggregated}");
            return true;
        }

        if (path == "/openapi/v2")
        {
            await ApiResponse.WriteAsync(context, OpenApiDocuments.Version2, contentType: "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
            return true;
        }

        if (Document(context.Request, path) is not { } document)
        {
            return false;
        }

        await ApiResponse.WriteAsync(context, document);
        return true;
    }

    private static string? AggregatedVersion(HttpRequest request)
    {
        var accepted = request.Headers.Accept.SelectMany(value => (value ?? "").Split(',')).FirstOrDefault(value => value.Contains(Aggregated, StringComparison.Ordinal));
        return accepted is null ? null : accepted.Contains("v=v2;", StringComparison.Ordinal) ? "v2" : "v2beta1";
    }

    private JsonObject? Document(HttpRequest request, string path)
    {
        var types = catalog.Types;
        switch (path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            case []:
                return new JsonObject { ["paths"] = new JsonArray("/api", "/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version") };
            case ["version"]:
                return PlainDiscovery.Version;
            case ["api"]:
                return PlainDiscovery.CoreVersions(request.Host.Value ?? "");
            case ["apis"]:
                return PlainDiscovery.Groups(types);
            case ["apis", var group] when types.Any(type => type.Group == group):
                return PlainDiscovery.Group(types, group);
            case ["api", "v1"]:
                return PlainDiscovery.Resources(types, "", "v1");
            case ["apis", var group, var version] when types.Any(type => type.Group == group && type.Version == version):
                return PlainDiscovery.Resources(types, group, version);
            case ["openapi", "v3"]:
                return OpenApiDocuments.Root(types);
            case ["openapi", "v3", "api", "v1"]:
                return OpenApiDocuments.Version3(types, "", "v1", catalog);
            case ["openapi", "v3", "apis", var group, var version] when types.Any(type => type.Group == group && type.Version == version):
                return OpenApiDocuments.Version3(types, group, version, catalog);
            default:
                return null;
        }
    }
}
