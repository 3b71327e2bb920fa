using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Selection;

/// <summary>Equality and set-based label selectors, from the query string or from an object.</summary>
public sealed partial class LabelSelector(IReadOnlyList<Requirement> requirements)
{
    public static LabelSelector Everything { get; } = new([]);

    public bool Matches(IReadOnlyDictionary<string, string> labels) =>
        requirements.All(requirement => requirement.Matches(labels.GetValueOrDefault(requirement.Key)));

    public static LabelSelector Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return Everything;
        }

        var requirements = new List<Requirement>();
        foreach (Match term in Term().Matches(text))
        {
            var key = term.Groups["key"].Value;
            if (term.Groups["set"].Success)
            {
                requirements.Add(new Requirement(key, term.Groups["set"].Value == "in" ? "In" : "NotIn", term.Groups["values"].Value.Split(',', StringSplitOptions.TrimEntries)));
            }
            else if (term.Groups["op"].Success)
            {
                requirements.Add(new Requirement(key, term.Groups["op"].Value == "!=" ? "NotIn" : "In", [term.Groups["value"].Value]));
            }
            else
            {
                requirements.Add(new Requirement(key, term.Groups["not"].Success ? "DoesNotExist" : "Exists", []));
            }
        }

        return Term().Replace(text, "").Trim().Length == 0
            ? new LabelSelector(requirements)
            : throw ApiException.BadRequest($"unable to parse requirement: {text}");
    }

    /// <summary>A Service's map of labels, or a workload's <c>matchLabels</c> and <c>matchExpressions</c>.</summary>
    public static LabelSelector From(JsonNode? selector)
    {
        var structured = selector.At("matchLabels") is not null || selector.At("matchExpressions") is not null;
        var labels = structured ? selector.TextMap("matchLabels") : selector.TextMap();
        return new LabelSelector(
        [
            .. labels.Select(label => new Requirement(label.Key, "In", [label.Value])),
            .. selector.Objects("matchExpressions").Select(expression =>
                new Requirement(expression.Text("key") ?? "", expression.Text("operator") ?? "", [.. expression.Texts("values")])),
        ]);
    }

    [GeneratedRegex(@"\s*(?<not>!)?\s*(?<key>[A-Za-z0-9][A-Za-z0-9._/-]*)\s*(?:(?<op>==|=|!=)\s*(?<value>[A-Za-z0-9._-]*)|(?<set>in|notin)\s*\((?<values>[^)]*)\))?\s*(?:,|$)")]
    private static partial Regex Term();
}
