namespace TempoCos.Tempo.TraceQL;

/// <summary>A token where it begins (both from 1). <paramref name="Text"/> is the symbol, the word, or a string's content.</summary>
public sealed record Token(TokenKind Kind, string Text, int Line, int Column, long Integer = 0, double Float = 0, Attribute? Attribute = null)
{
    public bool Is(string text) => Kind is TokenKind.Symbol or TokenKind.Identifier && Text == text;

    /// <summary>As a parse error calls it.</summary>
    public string Describe(bool isKeyword) => Kind switch
    {
        TokenKind.End => "$end",
        TokenKind.Symbol => Text,
        TokenKind.Identifier => isKeyword ? Text : "IDENTIFIER",
        TokenKind.String => "STRING",
        TokenKind.Integer => "INTEGER",
        TokenKind.Float => "FLOAT",
        TokenKind.Duration => "DURATION",
        TokenKind.Intrinsic => Text,
        _ => Text,
    };

    public TraceQLException Error(string message) =>
        new(Kind == TokenKind.End && Column == 1 ? $"parse error : {message}" : $"parse error at line {Line}, col {Column}: {message}");
}
