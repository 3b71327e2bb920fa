using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Selection;

/// <summary>Field selectors over any scalar field, by its path.</summary>
public sealed class FieldSelector(IReadOnlyList<(string[] Path, bool Equal, string Value)> terms)
{
    public static FieldSelector Everything { get; } = new([]);

    public bool IsEmpty => terms.Count == 0;

    public IEnumerable<string> Fields => terms.Select(term => string.Join('.', term.Path));

    public bool Matches(JsonObject candidate) =>
        terms.All(term => (Scalar(candidate.At(term.Path)) == term.Value) == term.Equal);

    public static FieldSelector Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return Everything;
        }

        var terms = new List<(string[], bool, string)>();
        foreach (var term in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var at = term.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                throw ApiException.BadRequest($"invalid selector: '{text}'; can't understand '{term}'");
            }

            var equal = term[at - 1] != '!';
            var path = term[..(equal ? at : at - 1)].Split('.');
            terms.Add((path, equal, term[(at + 1)..].TrimStart('=')));
        }

        return new FieldSelector(terms);
    }

    private static string Scalar(JsonNode? node) => node.Text() ?? node?.ToJsonString() ?? "";
}
