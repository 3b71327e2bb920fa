using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Tables;

/// <summary>The Table form of objects (meta.k8s.io/v1).</summary>
public sealed class TableWriter(ResourceCatalog catalog, TimeProvider time)
{
    public JsonObject Table(ResourceType type, IReadOnlyList<JsonObject> objects, long version, string? includeObject, bool withColumns)
    {
        var columns = Columns(EventView.Stored(type));
        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) },
            ["columnDefinitions"] = !withColumns ? [] : columns.Select(column => (JsonNode)new JsonObject
            {
                ["name"] = column.Name,
                ["type"] = column.Type,
                ["format"] = column.Format,
                ["description"] = column.Name,
                ["priority"] = column.Priority,
            }).ToJsonArray(),
            ["rows"] = objects.Select(one => (JsonNode)new JsonObject
            {
                ["cells"] = Cells(type, columns, one),
                ["object"] = includeObject switch { "Object" => one, "None" => null, _ => Partial(one) },
            }).ToJsonArray(),
        };
    }

    private static JsonArray Cells(ResourceType type, List<Column> columns, JsonObject one)
    {
        var stored = EventView.Store(type, one);
        return columns.Select(column => column.Cell(stored)).ToJsonArray();
    }

    public static JsonObject Partial(JsonObject one) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = one.At("metadata")?.DeepClone(),
    };

    private List<Column> Columns(ResourceType type)
    {
        var name = new Column("Name", one => one.Text("metadata", "name"), Format: "name");
        var age = new Column("Age", one => Age(one.Text("metadata", "creationTimestamp")));
        if (catalog.Definition(type) is not { } definition)
        {
            List<Column> columns = [.. BuiltInColumns.Of(type, Age)];
            if (type.Resource == BuiltInResources.StorageClasses)
            {
                name = name with { Cell = one => one.Text("metadata", "name") + (one.Text("metadata", "annotations", "storageclass.kubernetes.io/is-default-class") == "true" ? " (default)" : "") };
            }

            return type.Resource == BuiltInResources.Events ? [.. columns, name with { Priority = 1 }]
                : BuiltInColumns.HasAge(columns) ? [name, .. columns]
                : [name, .. columns.Where(column => column.Priority == 0), age, .. columns.Where(column => column.Priority > 0)];
        }

        var printed = definition.Objects("additionalPrinterColumns").Select(column => new Column(
            column.Text("name") ?? "",
            column.Text("type") == "date" ? one => Age(JsonPath(one, column).Text()) : one => JsonPath(one, column)?.DeepClone(),
            column.Text("type") is "date" or null ? "string" : column.Text("type")!,
            (int)(column.Number("priority") ?? 0))).ToList();
        return printed.Count > 0 ? [name, .. printed] : [name, age];
    }

    /// <summary>The part of JSONPath that printer columns use: <c>.a.b</c> and <c>.list[?(@.type=="Ready")].status</c>.</summary>
    private static JsonNode? JsonPath(JsonObject root, JsonObject column)
    {
        JsonNode? node = root;
        foreach (var step in PrinterPath.Steps(column.Text("jsonPath") ?? ""))
        {
            node = step.Filter is { } filter
                ? node.At(step.Name) is JsonArray items ? items.FirstOrDefault(item => item.Text(filter.Field) == filter.Value) : null
                : node.At(step.Name);
        }

        return node;
    }

    private string Age(string? timestamp)
    {
        if (timestamp is null || !DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, out var since))
        {
            return "<unknown>";
        }

        return Span(time.GetUtcNow() - since);
    }

    /// <summary>A duration in the two units that say most about it.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 120 } => $"{Math.Max(0, (int)span.TotalSeconds)}s",
        { TotalMinutes: < 10 } when span.Seconds > 0 => $"{(int)span.TotalMinutes}m{span.Seconds}s",
        { TotalHours: < 3 } => $"{(int)span.TotalMinutes}m",
        { TotalHours: < 8 } when span.Minutes > 0 => $"{(int)span.TotalHours}h{span.Minutes}m",
        { TotalHours: < 48 } => $"{(int)span.TotalHours}h",
        { TotalDays: < 8 } when span.Hours > 0 => $"{(int)span.TotalDays}d{span.Hours}h",
        { TotalDays: < 730 } => $"{(int)span.TotalDays}d",
        _ => $"{(int)(span.TotalDays / 365)}y{(int)span.TotalDays % 365}d",
    };
}
