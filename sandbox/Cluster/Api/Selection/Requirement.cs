namespace TempoCos.Cluster.Api.Selection;

/// <summary>One term of a selector: <c>In</c>, <c>NotIn</c>, <c>Exists</c> or <c>DoesNotExist</c>.</summary>
public sealed record Requirement(string Key, string Operator, IReadOnlyList<string> Values)
{
    public bool Matches(string? value) => Operator switch
    {
        "In" => value is not null && Values.Contains(value),
        "NotIn" => value is null || !Values.Contains(value),
        "Exists" => value is not null,
        _ => value is null,
    };
}
