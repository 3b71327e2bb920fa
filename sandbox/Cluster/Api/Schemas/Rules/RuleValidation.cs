using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Schemas.Rules;

/// <summary>
/// Asks the rules of a schema of an object, from the outside in. What an update leaves as it was is warned of and not refused, and rules about
/// the old value are asked only where there is one.
/// </summary>
public sealed class RuleValidation(Action<string>? warn)
{
    private readonly List<FieldError> errors = [];

    public IReadOnlyList<FieldError> Errors => errors;

    public void Validate(JsonObject content, JsonObject? old, Schema schema)
    {
        if (schema.HasRules)
        {
            Validate(content, old, schema, "", root: true);
        }
    }

    private void Validate(JsonNode? node, JsonNode? old, Schema schema, string path, bool root = false)
    {
        if (node is null || !schema.HasRules)
        {
            return;
        }

        if (schema.Rules.Count > 0)
        {
            Ask(node, old, schema, path, root);
        }

        if (node is JsonObject map)
        {
            foreach (var (name, value) in map)
            {
                if (schema.Properties.TryGetValue(name, out var property))
                {
                    Validate(value, old.At(name), property, path.Length == 0 ? name : $"{path}.{name}", property.Embedded);
                }
                else if (schema.Additional is { } additional)
                {
                    Validate(value, old.At(name), additional, $"{path}[{name}]");
                }
            }
        }
        else if (node is JsonArray items && schema.Items is { } each)
        {
            for (var index = 0; index < items.Count; index++)
            {
                Validate(items[index], Counterpart(items[index], old, schema.ListKeys), each, $"{path}[{index}]", each.Embedded);
            }
        }
    }

    /// <summary>The old item with the same keys; lists without keys have none.</summary>
    private static JsonNode? Counterpart(JsonNode? item, JsonNode? old, IReadOnlyList<string> keys) =>
        keys.Count > 0 && old is JsonArray items ? items.FirstOrDefault(one => keys.All(key => JsonNode.DeepEquals(one.At(key), item.At(key)))) : null;

    private void Ask(JsonNode node, JsonNode? old, Schema schema, string path, bool root)
    {
        var self = RuleValue.Of(node, schema, root);
        var oldSelf = RuleValue.Of(old, schema, root);
        foreach (var rule in schema.Rules.Where(rule => rule.IsKnown && (!rule.IsTransition || rule.IsOptional || old is not null)))
        {
            object? before = rule.IsOptional ? new RuleOptional(old is not null, oldSelf) : oldSelf;
            if (rule.Expression.Problem is { } problem)
            {
                errors.Add(Invalid(path, $"rule compile error: compilation failed: {problem.Message}"));
                continue;
            }

            var (value, failure) = rule.Expression.Evaluate(self, before);
            if (value is true)
            {
                continue;
            }

            if (value is not false)
            {
                errors.Add(Invalid(path, failure is null
                    ? $"'no such overload': call arguments did not match a supported operator, function or macro signature for rule: {rule.Shown}"
                    : $"{failure} evaluating rule: {rule.Shown}"));
                continue;
            }

            var error = Violated(rule, node, path, self, before);
            if (!rule.IsTransition && old is not null && JsonNode.DeepEquals(node, old))
            {
                warn?.Invoke(error.ToString());
            }
            else
            {
                errors.Add(error);
            }
        }
    }

    private static FieldError Violated(Rule rule, JsonNode node, string path, object? self, object? before)
    {
        var field = rule.FieldPath.TrimStart('.');
        var at = field.Length == 0 ? path : path.Length == 0 ? field : $"{path}.{field}";
        var written = rule.MessageExpression is { Problem: null } expression && expression.Evaluate(self, before).Value is string text && text.Trim().Length > 0 && !text.Contains('\n', StringComparison.Ordinal)
            ? text.Trim() : null;
        var message = written ?? (rule.Message.Length > 0 ? rule.Message : $"failed rule: {rule.Expression.Text}");
        return rule.Reason switch
        {
            "FieldValueForbidden" => FieldError.Forbidden(at, message),
            "FieldValueRequired" => FieldError.Required(at, message),
            "FieldValueDuplicate" => new FieldError(rule.Reason, at, $"Duplicate value{Shown(node)}"),
            _ => Invalid(at, message, Shown(node)),
        };
    }

    /// <summary>Objects and lists are left out: they would be too long.</summary>
    private static string Shown(JsonNode node) => node is JsonObject or JsonArray ? "" : $": {node.ToJsonString()}";

    private static FieldError Invalid(string path, string message, string shown = "") => new("FieldValueInvalid", path.Length == 0 ? "<nil>" : path, $"Invalid value{shown}: {message}");
}
