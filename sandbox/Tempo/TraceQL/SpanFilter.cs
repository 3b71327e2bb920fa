using System.Text.RegularExpressions;
using TempoCos.Tempo.TraceQL.Fetching;

namespace TempoCos.Tempo.TraceQL;

/// <summary>
/// The filter of tag listings, which is read leniently: of a single spanset without alternatives those conditions that are whole already, since people
/// are typing it. Anything else filters nothing.
/// </summary>
public sealed partial class SpanFilter
{
    private SpanFilter(Query? query) => Query = query;

    /// <summary>Null when nothing is filtered.</summary>
    public Query? Query { get; }

    /// <summary>It makes no sense: nothing is listed.</summary>
    public bool FindsNothing { get; private init; }

    /// <summary>For the values of an attribute that the filter sets to this one.</summary>
    public Static? Only { get; private init; }

    /// <summary>The filter for names, or for a tag's values.</summary>
    public static SpanFilter From(string text, Attribute? tag)
    {
        try
        {
            var matchers = SingleFilter.IsMatch(text.Trim()) ? Matcher.Matches(text).Select(match => match.Value.Trim()).ToList() : [];
            if (matchers.Count == 0)
            {
                return new(null);
            }

            var query = Query.ParseOnly($"{{{string.Join(" && ", matchers)}}}");
            try
            {
                query.Validate();
            }
            catch (TraceQLException)
            {
                return new(null) { FindsNothing = true };
            }

            var conditions = FetchRequest.Of(query).First;
            var same = conditions.FirstOrDefault(condition => condition.Attribute == tag && condition.Operator == FieldOperator.Equal);
            // Where a key may be the span's or the resource's, Tempo lists all values.
            return same is not null ? new(null) { Only = same.Operand }
                : tag is { IsUnscoped: true } || conditions.Any(condition => condition.Attribute.IsUnscoped) ? new(null) : new(query);
        }
        catch (TraceQLException)
        {
            return new(null);
        }
    }

    [GeneratedRegex(@"^(\{[^|{}]*[^|{}]}?|\{[^|{}]*=~[^{}]*})$", RegexOptions.CultureInvariant)]
    private static partial Regex SingleFilter { get; }

    [GeneratedRegex("""[\p{L}\p{N}._\-:" ]+\s*(=|<=|>=|=~|!=|>|<|!~)\s*(?:"[\p{L}\p{N}\p{P}\p{M}\p{S}\p{Z}]+"|true|false|[a-z]+|[0-9smh]+)""", RegexOptions.CultureInvariant)]
    private static partial Regex Matcher { get; }
}
