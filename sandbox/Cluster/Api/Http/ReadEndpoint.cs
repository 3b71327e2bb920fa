using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Selection;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Api.Tables;

namespace TempoCos.Cluster.Api.Http;

/// <summary>get and list, as objects or as the tables that kubectl prints.</summary>
public sealed class ReadEndpoint(ObjectStore store, TableWriter tables)
{
    public static bool WantsTable(HttpRequest request) =>
        request.Headers.Accept.Any(value => value?.Contains("as=Table", StringComparison.Ordinal) == true);

    public async Task GetAsync(HttpContext context, ResourceType type, ApiPath path)
    {
        var found = store.Find(new ObjectKey(type.Resource, path.Namespace, path.Name)) ?? throw ApiException.NotFound(type.Resource, path.Name);
        if (path.Subresource == "scale")
        {
            await ApiResponse.WriteAsync(context, ScaleView.Of(found.ToObject()));
        }
        else if (WantsTable(context.Request))
        {
            await ApiResponse.WriteAsync(context, tables.Table(type, [found.ToObject()], found.Version, context.Request.Query["includeObject"], withColumns: true));
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

        var labels = LabelSelector.Parse(context.Request.Query["labelSelector"]);
        var fields = FieldSelector.Parse(context.Request.Query["fieldSelector"]);
        var (objects, version) = store.List(type.Resource, path.Namespace);
        var selected = objects.Where(stored => labels.Matches(stored.Labels) && (fields.IsEmpty || fields.Matches(stored.ToObject())));
        if (WantsTable(context.Request))
        {
            JsonObject[] rows = [.. selected.Select(stored => stored.ToObject())];
            await ApiResponse.WriteAsync(context, tables.Table(type, rows, version, context.Request.Query["includeObject"], withColumns: true));
            return;
        }

        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("kind", type.ListKind);
            json.WriteString("apiVersion", type.ApiVersion);
            json.WriteStartObject("metadata");
            json.WriteString("resourceVersion", version.ToString(CultureInfo.InvariantCulture));
            json.WriteEndObject();
            json.WriteStartArray("items");
            foreach (var stored in selected)
            {
                json.WriteRawValue(stored.Json.Span, skipInputValidation: true);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        await ApiResponse.WriteAsync(context, buffer.WrittenMemory);
    }
}
