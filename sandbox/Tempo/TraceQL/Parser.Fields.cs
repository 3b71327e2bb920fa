namespace TempoCos.Tempo.TraceQL;

/// <summary>Expressions over one span.</summary>
public sealed partial class Parser
{
    private FieldExpression ParseField(int minimum = 1) => Deeper(() =>
    {
        var left = ParseFieldUnary();
        while (FieldOperators.Find(Current) is { } found && found.Precedence() >= minimum)
        {
            var precedence = found.Precedence();
            _at++;
            left = TypeRules.Binary(found, left, ParseField(precedence + 1));
        }

        return left;
    });

    private FieldExpression ParseFieldUnary()
    {
        if (Accept("-"))
        {
            return TypeRules.Unary(FieldOperator.Negate, Deeper(ParseFieldUnary));
        }

        // It binds tighter than sums and comparisons, looser than products.
        return Accept("!") ? TypeRules.Unary(FieldOperator.Not, Deeper(() => ParseField(FieldOperator.Multiply.Precedence()))) : ParseFieldPrimary();
    }

    private FieldExpression ParseFieldPrimary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Attribute or TokenKind.Intrinsic:
                _at++;
                return new FieldExpression.Reference(TypeRules.Supported(token.Attribute!));
            case TokenKind.String:
                _at++;
                return new FieldExpression.Literal(Static.Of(token.Text));
            case TokenKind.Integer:
                _at++;
                return new FieldExpression.Literal(Static.Of(token.Integer));
            case TokenKind.Float:
                _at++;
                return new FieldExpression.Literal(Static.Of(token.Float));
            case TokenKind.Duration:
                _at++;
                return new FieldExpression.Literal(Static.Duration(token.Integer));
            case TokenKind.Identifier when Static.FromWord(token.Text) is { } word:
                _at++;
                return new FieldExpression.Literal(word);
            case TokenKind.Identifier when !Keywords.Contains(token.Text):
                throw token.Error($"unknown identifier: {token.Text}");
            case TokenKind.Symbol when Accept("("):
                var inner = ParseField();
                Expect(")");
                return inner;
            default:
                throw Unexpected();
        }
    }
}
