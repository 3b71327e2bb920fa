using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Selection;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Api.Tables;

namespace TempoCos.Cluster.Api.Http;

/// <summary>get and list, as objects, as their metadata alone or as the tables that kubectl prints.</summary>
public sealed class ReadEndpoint(ObjectStore store, ResourceCatalog catalog, TableWriter tables)
{
    public static bool WantsTable(HttpRequest request) => Wants(request, "as=Table");

    public static bool WantsMetadata(HttpRequest request) => Wants(request, "as=PartialObjectMetadata");

    public async Task GetAsync(HttpContext context, ResourceType type, ApiPath path)
    {
        CheckReached(ListOptions.Version(context.Request.Query["resourceVersion"].ToString()), store.Version);
        var found = EventView.Show(type, store.Find(new ObjectKey(EventView.Stored(type).Resource, path.Namespace, path.Name)) ?? throw ApiException.NotFound(type.Resource, path.Name));
        if (path.Subresource == "scale")
        {
            await ApiResponse.WriteAsync(context, ScaleView.For(catalog, type).Of(found.ToObject()));
        }
        else if (WantsTable(context.Request))
        {
            await ApiResponse.WriteAsync(context, tables.Table(type, [found.ToObject()], found.Version, context.Request.Query["includeObject"], withColumns: true));
        }
        else if (WantsMetadata(context.Request))
        {
            await ApiResponse.WriteAsync(context, TableWriter.Partial(found.ToObject()));
        }
        else
        {
            await ApiResponse.WriteAsync(context, found.Json);
        }
    }

    public async Task ListAsync(HttpContext context, ResourceType type, ApiPath path)
    {
        if (type.IsReview)
        {
            throw ApiException.MethodNotAllowed();
        }

        var query = context.Request.Query;
        var selector = ObjectSelector.Of(query);
        var options = ListOptions.Of(query);
        CheckReached(options.Exact ?? options.NotOlderThan ?? 0, store.Version);
        var (objects, version) = store.List(EventView.Stored(type).Resource, path.Namespace, options.Exact) ?? throw options.Expired(store.Forgotten);
        var selected = objects
            .Select(stored => EventView.Show(type, stored))
            .Where(stored => options.StartAfter is null || string.CompareOrdinal(Place(stored), options.StartAfter) > 0)
            .Where(selector.Matches).ToList();
        var page = options.Limit > 0 && selected.Count > options.Limit ? selected[..options.Limit] : selected;
        var next = page.Count < selected.Count ? ListOptions.Encode(version, Place(page[^1])) : null;
        if (WantsTable(context.Request))
        {
            var table = tables.Table(type, [.. page.Select(stored => stored.ToObject())], version, query["includeObject"], withColumns: true);
            if (next is not null)
            {
                table["metadata"]!["continue"] = next;
                table["metadata"]!["remainingItemCount"] = selected.Count - page.Count;
            }

            await ApiResponse.WriteAsync(context, table);
            return;
        }

        await ApiResponse.WriteAsync(context, Write(type, page, version, next, selected.Count - page.Count, WantsMetadata(context.Request)));
    }

    private static bool Wants(HttpRequest request, string form) => request.Headers.Accept.Any(value => value?.Contains(form, StringComparison.Ordinal) == true);

    private static string Place(StoredObject stored) => $"{stored.Key.Namespace}/{stored.Key.Name}";

    private static void CheckReached(long asked, long version)
    {
        if (asked > version)
        {
            throw new ApiException(504, "Timeout", $"Too large resource version: {asked}, current: {version}", new JsonObject
            {
                ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
                ["retryAfterSeconds"] = 1,
            });
        }
    }

    private static ReadOnlyMemory<byte> Write(ResourceType type, List<StoredObject> page, long version, string? next, int remaining, bool metadataOnly)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("kind", metadataOnly ? "PartialObjectMetadataList" : type.ListKind);
        json.WriteString("apiVersion", metadataOnly ? "meta.k8s.io/v1" : type.ApiVersion);
        json.WriteStartObject("metadata");
        json.WriteString("resourceVersion", version.ToString(CultureInfo.InvariantCulture));
        if (next is not null)
        {
            json.WriteString("continue", next);
            json.WriteNumber("remainingItemCount", remaining);
        }

        json.WriteEndObject();
        json.WriteStartArray("items");
        foreach (var stored in page)
        {
            if (metadataOnly)
            {
                TableWriter.Partial(stored.ToObject()).WriteTo(json);
            }
            else
            {
                json.WriteRawValue(stored.Json.Span, skipInputValidation: true);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
