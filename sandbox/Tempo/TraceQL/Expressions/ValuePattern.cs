using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace TempoCos.Tempo.TraceQL.Expressions;

/// <summary>A pattern in Go's syntax that the whole value must match. What a value gave is remembered: values repeat.</summary>
public sealed class ValuePattern
{
    private const int Remembered = 1_000;
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(5);
    private readonly Regex _regex;
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);

    public ValuePattern(string pattern) => _regex = new($@"\A(?s:{GoPattern.Translate(pattern)})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, MatchTimeout);

    public static bool IsValid(string pattern)
    {
        try
        {
            _ = new ValuePattern(pattern);
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    public bool IsMatch(string value)
    {
        if (_known.TryGetValue(value, out var known))
        {
            return known;
        }

        var matches = _regex.IsMatch(value);
        if (_known.Count < Remembered)
        {
            _known[value] = matches;
        }

        return matches;
    }
}
