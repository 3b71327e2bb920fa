using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TempoCos.Cluster.Api.Schemas.Rules;

namespace TempoCos.Cluster.Api.Schemas;

/// <summary>The shape of a value, compiled once from a definition's OpenAPI schema or from a built-in kind.</summary>
public sealed class Schema
{
    private static readonly Schema Text = new() { Type = "string" };

    public static Schema Any { get; } = new() { PreserveUnknown = true };

    /// <summary>object, array, string, integer, number, boolean; "" for any.</summary>
    public string Type { get; init; } = "";

    public string Format { get; init; } = "";

    public bool IntOrString { get; init; }

    /// <summary>An amount such as 500m: a text or a number, and stored in its shortest form.</summary>
    public bool IsQuantity { get; init; }

    public bool Nullable { get; init; }

    public bool PreserveUnknown { get; init; }

    /// <summary>An object of Kubernetes, with the fields that each has.</summary>
    public bool Embedded { get; init; }

    /// <summary>Settable after construction: kinds may contain themselves.</summary>
    public IReadOnlyDictionary<string, Schema> Properties { get; set; } = new Dictionary<string, Schema>();

    public Schema? Items { get; init; }

    /// <summary>Of the values of a map; null when other names than the properties are not allowed.</summary>
    public Schema? Additional { get; init; }

    public IReadOnlyList<string> Required { get; init; } = [];

    public IReadOnlyList<JsonNode?> Enumeration { get; init; } = [];

    public Regex? Pattern { get; init; }

    public string PatternText { get; init; } = "";

    public double? Minimum { get; init; }

    public double? Maximum { get; init; }

    public bool ExclusiveMinimum { get; init; }

    public bool ExclusiveMaximum { get; init; }

    public double? MultipleOf { get; init; }

    public long? MinimumLength { get; init; }

    public long? MaximumLength { get; init; }

    public long? MinimumItems { get; init; }

    public long? MaximumItems { get; init; }

    public long? MinimumProperties { get; init; }

    public long? MaximumProperties { get; init; }

    public bool UniqueItems { get; init; }

    public IReadOnlyList<string> ListKeys { get; init; } = [];

    public JsonNode? Default { get; init; }

    public IReadOnlyList<Schema> AllOf { get; init; } = [];

    public IReadOnlyList<Schema> AnyOf { get; init; } = [];

    public IReadOnlyList<Schema> OneOf { get; init; } = [];

    public Schema? Not { get; init; }

    /// <summary>Settable after construction: they are checked against the schema where they stand.</summary>
    public IReadOnlyList<Rule> Rules { get; set; } = [];

    /// <summary>Whether there are rules here or further down.</summary>
    public bool HasRules { get; set; }

    /// <summary>Name of the built-in type that this is; "" for others.</summary>
    public string Name { get; init; } = "";

    /// <summary>The same with what every object has, as far as its rules may see it.</summary>
    public Schema WithIdentity() => new()
    {
        Type = "object",
        PreserveUnknown = PreserveUnknown,
        Properties = new Dictionary<string, Schema>(Properties)
        {
            ["apiVersion"] = Text,
            ["kind"] = Text,
            ["metadata"] = new Schema { Type = "object", Properties = new Dictionary<string, Schema> { ["name"] = Text, ["generateName"] = Text } },
        },
    };
}
