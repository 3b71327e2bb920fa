using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Schemas.Rules;

/// <summary>One of the x-kubernetes-validations of a schema.</summary>
public sealed class Rule
{
    public Rule(JsonObject given, Schema schema, bool root)
    {
        IsOptional = given.Flag("optionalOldSelf");
        Message = given.Text("message")?.Trim() ?? "";
        Reason = given.Text("reason") ?? "FieldValueInvalid";
        FieldPath = given.Text("fieldPath") ?? "";
        Expression = new RuleExpression(given.Text("rule")?.Trim() ?? "", schema, root, IsOptional);
        MessageExpression = given.Text("messageExpression") is { Length: > 0 } text ? new RuleExpression(text, schema, root, IsOptional) : null;
    }

    public RuleExpression Expression { get; }

    public RuleExpression? MessageExpression { get; }

    public string Message { get; }

    public string Reason { get; }

    public string FieldPath { get; }

    /// <summary>Whether it is asked also when there is no old value.</summary>
    public bool IsOptional { get; }

    public bool IsTransition => Expression.UsesOldSelf;

    /// <summary>Whether it can be evaluated here.</summary>
    public bool IsKnown => Expression.Problem is not { IsForeign: true };

    public string Shown => Message.Length > 0 ? Message : Expression.Text;
}
