using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Schemas;
using TempoCos.Cluster.Api.Schemas.Rules;

namespace TempoCos.Cluster.Api.Admission;

/// <summary>What makes a CustomResourceDefinition useless: names that do not fit, versions without a schema, schemas without types, patterns and rules that cannot be read.</summary>
public static class DefinitionValidation
{
    private static readonly string[] Types = ["array", "boolean", "integer", "number", "object", "string"];
    private static readonly string[] Reasons = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];
    private static readonly string[] Junctions = ["allOf", "anyOf", "oneOf"];

    public static IEnumerable<FieldError> Find(JsonObject given, Action<string>? warn)
    {
        List<JsonObject> versions = [.. given.Objects("spec", "versions")];
        var name = $"{given.Text("spec", "names", "plural")}.{given.Text("spec", "group")}";
        if (given.Text("metadata", "name") != name)
        {
            yield return FieldError.InvalidValue("metadata.name", given.Text("metadata", "name") ?? "", "must be spec.names.plural+\".\"+spec.group");
        }

        if (given.Text("spec", "scope") is not ("Namespaced" or "Cluster") and var scope)
        {
            yield return scope is null or "" ? FieldError.Required("spec.scope") : FieldError.NotSupported("spec.scope", scope, ["Cluster", "Namespaced"]);
        }

        if (versions.Count(version => version.Flag("storage")) != 1)
        {
            yield return new FieldError("FieldValueInvalid", "spec.versions", "Invalid value: must have exactly one version marked as storage version");
        }

        if (versions.DistinctBy(version => version.Text("name")).Count() != versions.Count)
        {
            yield return new FieldError("FieldValueInvalid", "spec.versions", "Invalid value: must contain unique version names");
        }

        for (var index = 0; index < versions.Count; index++)
        {
            var path = $"spec.versions[{index}].schema.openAPIV3Schema";
            var schema = versions[index].At("schema", "openAPIV3Schema");
            if (schema is null)
            {
                yield return FieldError.Required(path, "schemas are required");
                continue;
            }

            if (schema.Text("type") is not "object")
            {
                yield return schema.Text("type") is { Length: > 0 } type
                    ? FieldError.InvalidValue($"{path}.type", type, "must be object at the root")
                    : FieldError.Required($"{path}.type", "must not be empty at the root");
                continue;
            }

            foreach (var error in Values(schema, path).Concat(Spelled(schema, path, "at the root")).Concat(Rules(SchemaReader.Read(schema, root: true), schema, path, warn)))
            {
                yield return error;
            }
        }
    }

    /// <summary>What holds wherever a schema stands.</summary>
    private static IEnumerable<FieldError> Values(JsonNode? schema, string path)
    {
        if (schema.Text("type") is { Length: > 0 } type && !Types.Contains(type))
        {
            yield return FieldError.NotSupported($"{path}.type", type, Types);
        }

        if (schema.Text("pattern") is { } pattern && GoPattern.Problem(pattern) is { } problem)
        {
            yield return FieldError.InvalidValue($"{path}.pattern", pattern, $"must be a valid regular expression, but isn't: {problem}");
        }

        foreach (var error in Below(schema, path).SelectMany(below => Values(below.Schema, below.Path)))
        {
            yield return error;
        }
    }

    /// <summary>On the spine of properties, items and values, everything has a type.</summary>
    private static IEnumerable<FieldError> Spelled(JsonNode? schema, string path, string where)
    {
        if (schema.Text("type") is null or "" && !schema.Flag("x-kubernetes-int-or-string") && !schema.Flag("x-kubernetes-preserve-unknown-fields"))
        {
            yield return FieldError.Required($"{path}.type", $"must not be empty {where}");
        }

        if (schema.Text("type") == "array" && schema.At("items") is not JsonObject)
        {
            yield return FieldError.Required($"{path}.items", "must be specified");
        }

        foreach (var (below, at) in Spine(schema, path))
        {
            foreach (var error in Spelled(below, at, at.EndsWith(".items", StringComparison.Ordinal) ? "for specified array items" : "for specified object fields"))
            {
                yield return error;
            }
        }
    }

    private static IEnumerable<FieldError> Rules(Schema schema, JsonNode? given, string path, Action<string>? warn)
    {
        List<JsonObject> written = [.. given.Objects("x-kubernetes-validations")];
        for (var index = 0; index < written.Count; index++)
        {
            var (at, rule) = ($"{path}.x-kubernetes-validations[{index}]", schema.Rules[index]);
            if (rule.Expression.Text.Length == 0)
            {
                yield return FieldError.Required($"{at}.rule", "rule is not specified");
                continue;
            }

            foreach (var (field, expression) in ((string, RuleExpression?)[])[("rule", rule.Expression), ("messageExpression", rule.MessageExpression)])
            {
                if (expression?.Problem is { IsForeign: false } problem)
                {
                    yield return new FieldError("FieldValueInvalid", $"{at}.{field}", $"Invalid value: {written[index].ToJsonString()}: compilation failed: {problem.Message}");
                }
                else if (expression?.Problem is { } foreign)
                {
                    warn?.Invoke($"{at}.{field}: this cluster does not evaluate it: {foreign.Message}");
                }
            }

            if (!Reasons.Contains(rule.Reason))
            {
                yield return FieldError.NotSupported($"{at}.reason", rule.Reason, Reasons);
            }

            if (rule.FieldPath.Length > 0 && !Leads(schema, rule.FieldPath))
            {
                yield return FieldError.InvalidValue($"{at}.fieldPath", rule.FieldPath, $"fieldPath {rule.FieldPath} is invalid: does not refer to a valid field");
            }

            if (rule.IsOptional && !rule.IsTransition && rule.Expression.Problem is null)
            {
                yield return new FieldError("FieldValueInvalid", $"{at}.optionalOldSelf", "Invalid value: true: may not be set if oldSelf is not used in rule");
            }
        }

        foreach (var (name, property) in schema.Properties)
        {
            foreach (var error in Rules(property, given.At("properties", name), $"{path}.properties[{name}]", warn))
            {
                yield return error;
            }
        }

        foreach (var (below, field) in ((Schema?, string)[])[(schema.Items, "items"), (schema.Additional, "additionalProperties")])
        {
            if (below is { HasRules: true })
            {
                foreach (var error in Rules(below, given.At(field), $"{path}.{field}", warn))
                {
                    yield return error;
                }
            }
        }
    }

    private static bool Leads(Schema schema, string fieldPath)
    {
        Schema? at = schema;
        foreach (var name in fieldPath.Replace("['", ".", StringComparison.Ordinal).Replace("']", "", StringComparison.Ordinal).TrimStart('.').Split('.'))
        {
            at = at.Properties.GetValueOrDefault(name) ?? at.Additional;
            if (at is null)
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<(JsonNode? Schema, string Path)> Spine(JsonNode? schema, string path)
    {
        foreach (var (name, property) in schema.At("properties") as JsonObject ?? [])
        {
            yield return (property, $"{path}.properties[{name}]");
        }

        foreach (var field in (string[])["items", "additionalProperties"])
        {
            if (schema.At(field) is JsonObject below)
            {
                yield return (below, $"{path}.{field}");
            }
        }
    }

    private static IEnumerable<(JsonNode? Schema, string Path)> Below(JsonNode? schema, string path)
    {
        foreach (var on in Spine(schema, path))
        {
            yield return on;
        }

        foreach (var junction in Junctions)
        {
            foreach (var (one, index) in schema.Objects(junction).Select((one, index) => (one, index)))
            {
                yield return (one, $"{path}.{junction}[{index}]");
            }
        }

        if (schema.At("not") is JsonObject not)
        {
            yield return (not, $"{path}.not");
        }
    }
}
