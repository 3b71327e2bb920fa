using System.Collections.Immutable;
using Antlr4.Runtime;
using Antlr4.Runtime.Tree;
using Cel.Internal;

namespace TempoCos.Cluster.Api.Schemas.Rules;

/// <summary>
/// Looks through an expression, before it is ever evaluated, for names that nothing stands behind: variables, functions, and fields that the
/// schema does not have. Types are known as far as they follow from the schema; null is any.
/// </summary>
public sealed class RuleCheck(Schema schema, bool root, bool optionalOldSelf)
{
    private static readonly string[] Types = ["bool", "bytes", "double", "dyn", "int", "list", "map", "null_type", "string", "type", "uint"];
    private static readonly Schema Text = new() { Type = "string" };

    private readonly Schema self = root ? schema.WithIdentity() : schema;

    public bool UsesOldSelf { get; private set; }

    public RuleProblem? Problem { get; private set; }

    public void Start(IParseTree expression) => Visit(expression, ImmutableDictionary<string, Schema?>.Empty);

    private Schema? Visit(IParseTree? node, ImmutableDictionary<string, Schema?> variables) => node switch
    {
        CelParser.IdentOrGlobalCallContext name => Name(name, variables),
        CelParser.SelectContext select => Select(select, variables),
        CelParser.IndexContext index => Index(index, variables),
        CelParser.MemberCallContext call => Call(call, variables),
        CelParser.OptExprContext { opt: not null } optional => Foreign(optional.opt, "an optional element"),
        null => null,
        _ => Children(node, variables),
    };

    private Schema? Children(IParseTree node, ImmutableDictionary<string, Schema?> variables)
    {
        Schema? only = null;
        var (branches, others) = (0, 0);
        for (var i = 0; i < node.ChildCount; i++)
        {
            var child = node.GetChild(i);
            if (child is ITerminalNode token)
            {
                others += token.GetText() is "(" or ")" ? 0 : 1;
            }
            else
            {
                branches++;
                only = Visit(child, variables);
            }
        }

        return branches == 1 && others == 0 ? only : null;
    }

    private Schema? Name(CelParser.IdentOrGlobalCallContext context, ImmutableDictionary<string, Schema?> variables)
    {
        var name = context.id.Text;
        if (context.op is not null)
        {
            Visit(context.exprList(), variables);
            return Function(context.id, name);
        }

        if (variables.TryGetValue(name, out var bound))
        {
            return bound;
        }

        if (name == "oldSelf")
        {
            UsesOldSelf = true;
            return optionalOldSelf ? null : self;
        }

        return name == "self" ? self
            : Types.Contains(name) || RuleLibrary.Variables.ContainsKey(name) ? null
            : RuleLibrary.Foreign.Contains(name) ? Foreign(context.id, name)
            : Wrong(context.id, $"undeclared reference to '{name}' (in container '')");
    }

    private Schema? Select(CelParser.SelectContext context, ImmutableDictionary<string, Schema?> variables)
    {
        var of = Visit(context.member(), variables);
        if (context.opt is not null)
        {
            return Foreign(context.opt, "optional selection");
        }

        var name = context.id.Text;
        return of switch
        {
            null or { Type: "" } => null,
            { Type: not "object" } => Wrong(context.id, $"type '{of.Type}' does not support field selection"),
            { Additional: { } values } => values,
            _ when of.Properties.FirstOrDefault(property => RuleValue.Escape(property.Key) == name).Value is { } property => property,
            { PreserveUnknown: true } => null,
            _ => Wrong(context.id, $"undefined field '{name}'"),
        };
    }

    private Schema? Index(CelParser.IndexContext context, ImmutableDictionary<string, Schema?> variables)
    {
        var of = Visit(context.member(), variables);
        Visit(context.index, variables);
        return context.opt is not null ? Foreign(context.opt, "an optional index") : of?.Items ?? of?.Additional;
    }

    private Schema? Call(CelParser.MemberCallContext context, ImmutableDictionary<string, Schema?> variables)
    {
        var name = context.id.Text;
        var of = Visit(context.member(), variables);
        var given = context.exprList()?._e ?? [];
        if (RuleLibrary.Macros.Contains(name) && given.Count >= 2)
        {
            if (given.Count > 2)
            {
                return Foreign(context.id, $"{name} of {given.Count} arguments");
            }

            var each = of?.Type == "array" ? of.Items : of?.Type == "object" ? Text : null;
            Visit(given[1], variables.SetItem(given[0].GetText(), each));
            return name == "filter" ? of : null;
        }

        foreach (var argument in given)
        {
            Visit(argument, variables);
        }

        return Function(context.id, name);
    }

    private Schema? Function(IToken at, string name) =>
        RuleLibrary.Knows(name) ? null
        : RuleLibrary.Foreign.Contains(name) ? Foreign(at, $"{name}()")
        : Wrong(at, $"undeclared reference to '{name}' (in container '')");

    /// <summary>What is wrong counts more than what is foreign.</summary>
    private Schema? Wrong(IToken at, string message)
    {
        if (Problem is null or { IsForeign: true })
        {
            Problem = new RuleProblem($"ERROR: <input>:{at.Line}:{at.Column + 1}: {message}", IsForeign: false);
        }

        return null;
    }

    private Schema? Foreign(IToken at, string what)
    {
        Problem ??= new RuleProblem($"{what} at {at.Line}:{at.Column + 1}", IsForeign: true);
        return null;
    }
}
