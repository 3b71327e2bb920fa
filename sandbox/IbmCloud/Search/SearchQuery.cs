using System.IO.Enumeration;
using System.Text;

namespace TempoCos.IbmCloud.Search;

/// <summary>
/// A search in the part of Lucene's language that finds resources: terms, <c>field:term</c>, quotes, wildcards, AND, OR, NOT, parentheses. Terms beside each other are alternatives, as in Lucene.
/// </summary>
public sealed class SearchQuery
{
    private static readonly string[] Everywhere = ["name", "crn", "tags"];
    private readonly string _text;
    private int _at;

    private SearchQuery(string text) => _text = text;

    /// <summary>The search as a condition; <see cref="FormatException"/> when it cannot be read.</summary>
    public static Func<SearchDocument, bool> Parse(string text)
    {
        var query = new SearchQuery(text);
        query.SkipSpace();
        if (query.IsAtEnd)
        {
            return _ => true;
        }

        var condition = query.ReadAlternatives();
        return query.IsAtEnd ? condition : throw new FormatException($"there is no opening parenthesis for the one at position {query._at}");
    }

    private bool IsAtEnd => _at >= _text.Length;

    private Func<SearchDocument, bool> ReadAlternatives()
    {
        var condition = ReadConjunction();
        while (!IsAtEnd && _text[_at] != ')')
        {
            _ = TryKeyword("OR") || TryKeyword("||");
            var (left, right) = (condition, ReadConjunction());
            condition = document => left(document) || right(document);
        }

        return condition;
    }

    private Func<SearchDocument, bool> ReadConjunction()
    {
        var condition = ReadFactor();
        while (TryKeyword("AND") || TryKeyword("&&"))
        {
            var (left, right) = (condition, ReadFactor());
            condition = document => left(document) && right(document);
        }

        return condition;
    }

    private Func<SearchDocument, bool> ReadFactor()
    {
        if (TryKeyword("NOT") || TryCharacter('-') || TryCharacter('!'))
        {
            var negated = ReadFactor();
            return document => !negated(document);
        }

        if (TryCharacter('('))
        {
            var inner = ReadAlternatives();
            return TryCharacter(')') ? inner : throw new FormatException("a parenthesis is not closed");
        }

        var (term, quoted) = ReadTerm();
        if (quoted || !TryCharacter(':', skipSpace: false))
        {
            SkipSpace();
            return document => Everywhere.Any(field => document.TextsOf(field).Any(text => Matches(term, quoted, text)));
        }

        var (value, literally) = ReadTerm();
        SkipSpace();
        return document => document.TextsOf(term).Any(text => Matches(value, literally, text));
    }

    private (string Text, bool Quoted) ReadTerm()
    {
        var term = new StringBuilder();
        if (TryCharacter('"', skipSpace: false))
        {
            while (!IsAtEnd && _text[_at] != '"')
            {
                _at += _text[_at] == '\\' ? 1 : 0;
                term.Append(IsAtEnd ? "" : _text[_at++].ToString());
            }

            return TryCharacter('"', skipSpace: false) ? (term.ToString(), true) : throw new FormatException("a quotation mark is not closed");
        }

        while (!IsAtEnd && !char.IsWhiteSpace(_text[_at]) && _text[_at] is not (':' or '(' or ')' or '"'))
        {
            if (_text[_at] == '\\' && _at + 1 < _text.Length)
            {
                _at++;
            }

            term.Append(_text[_at++]);
        }

        return term.Length > 0 ? (term.ToString(), false) : throw new FormatException($"a term is missing at position {_at}");
    }

    private static bool Matches(string term, bool literally, string text) =>
        literally ? string.Equals(term, text, StringComparison.OrdinalIgnoreCase) : FileSystemName.MatchesSimpleExpression(term, text, ignoreCase: true);

    private bool TryKeyword(string keyword)
    {
        var end = _at + keyword.Length;
        if (end > _text.Length || !_text.AsSpan(_at).StartsWith(keyword, StringComparison.Ordinal) || (end < _text.Length && !char.IsWhiteSpace(_text[end]) && _text[end] != '('))
        {
            return false;
        }

        _at = end;
        SkipSpace();
        return true;
    }

    private bool TryCharacter(char character, bool skipSpace = true)
    {
        if (IsAtEnd || _text[_at] != character)
        {
            return false;
        }

        _at++;
        if (skipSpace)
        {
            SkipSpace();
        }

        return true;
    }

    private void SkipSpace()
    {
        while (!IsAtEnd && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }
}
