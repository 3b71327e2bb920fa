using TempoCos.Tempo.TraceQL.Expressions;

namespace TempoCos.Tempo.TraceQL.Syntax;

/// <summary>Expressions over one span, values, attributes.</summary>
internal sealed partial class Grammar
{
    private static readonly (string Word, AttributeScope Scope, bool OfParent)[] Scopes =
    [
        (".", AttributeScope.None, false), ("resource.", AttributeScope.Resource, false), ("span.", AttributeScope.Span, false), ("parent.", AttributeScope.None, true),
        ("parent. resource.", AttributeScope.Resource, true), ("parent. span.", AttributeScope.Span, true), ("event.", AttributeScope.Event, false),
        ("link.", AttributeScope.Link, false), ("instrumentation.", AttributeScope.Instrumentation, false),
    ];

    private void AddFields()
    {
        Add("field", "( field )", values => values[1]);
        var operators = ((string Sign, FieldOperator Operator)[])
        [
            .. Arithmetic[..^1], .. Comparisons, ("=~", FieldOperator.Matches), ("!~", FieldOperator.NotMatches), Arithmetic[^1], ("&&", FieldOperator.And), ("||", FieldOperator.Or),
        ];
        foreach (var (sign, found) in operators)
        {
            Add("field", $"field {sign} field", values => Binary.Create(found, (FieldExpression)values[0]!, (FieldExpression)values[2]!));
        }

        Add("field", "field != nil", values => Unary.Create(FieldOperator.Exists, (FieldExpression)values[0]!));
        Add("field", "nil != field", values => Unary.Create(FieldOperator.Exists, (FieldExpression)values[2]!));
        Add("field", "field = nil", values => Unary.Create(FieldOperator.NotExists, (FieldExpression)values[0]!));
        Add("field", "nil = field", values => Unary.Create(FieldOperator.NotExists, (FieldExpression)values[2]!));
        Add("field", "nil != nil", _ => new Literal(Static.False));
        Add("field", "nil = nil", _ => new Literal(Static.False));
        Add("field", "- field", values => Unary.Create(FieldOperator.Negate, (FieldExpression)values[1]!));
        Add("field", "! field", values => Unary.Create(FieldOperator.Not, (FieldExpression)values[1]!));
        Add("field", "value", values => new Literal((Static)values[0]!));
        foreach (var kind in (string[])["intrinsic", "ownAttribute", "scopedIntrinsic"])
        {
            Add("field", kind, values => new Reference((Attribute)values[0]!));
        }

        AddValues();
        foreach (var intrinsic in Intrinsics.Unscoped)
        {
            Add("intrinsic", Intrinsics.Name(intrinsic), _ => Attribute.Of(intrinsic));
        }

        foreach (var (scope, word, intrinsic) in Intrinsics.Scoped)
        {
            Add("scopedIntrinsic", $"{scope} {word}", _ => Attribute.Of(intrinsic));
        }

        foreach (var (word, scope, ofParent) in Scopes)
        {
            Add("ownAttribute", $"{word} IDENTIFIER END_ATTRIBUTE", values => new Attribute(scope, (string)values[^2]!, OfParent: ofParent));
        }
    }

    private void AddValues()
    {
        Add("value", "STRING", values => Static.Of((string)values[0]!));
        Add("value", "INTEGER", values => Static.Of((long)values[0]!));
        Add("value", "FLOAT", values => Static.Of((double)values[0]!));
        Add("value", "true", _ => Static.True);
        Add("value", "false", _ => Static.False);
        Add("value", "DURATION", values => Static.OfDuration((long)values[0]!));
        foreach (var word in (string[])["ok", "error", "unset", "unspecified", "internal", "server", "client", "producer", "consumer"])
        {
            var value = Static.OfWord(word);
            Add("value", word, _ => value);
        }

        Add("value", "IDENTIFIER", (values, lexer) =>
        {
            switch (values[0])
            {
                case "minInt":
                    return Static.Of(long.MinValue);
                case "maxInt":
                    return Static.Of(long.MaxValue);
                default:
                    lexer.Report($"unknown identifier: {values[0]}");
                    return Static.Nil;
            }
        });
    }
}
