using System.Text.Json;

namespace TempoCos.TempoStackDeployer.Readiness.Evidence;

/// <summary>Who is in a ring, as <c>/ingester/ring</c> tells (<c>{"shards":[{"id":"...","state":"ACTIVE"}]}</c>), or in the memberlist (<c>{"SortedMembers":[{"Name":"..."}]}</c>).</summary>
internal sealed record RingMembers(IReadOnlyList<(string Name, string State)> Members)
{
    private const int Shown = 8;

    /// <summary>Null when the page is not of that shape.</summary>
    public static RingMembers? Parse(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            return root.ValueKind != JsonValueKind.Object ? null
                : root.TryGetProperty("shards", out var shards) ? new RingMembers([.. Elements(shards).Select(member => (Text(member, "id"), Text(member, "state")))])
                : root.TryGetProperty("SortedMembers", out var members) ? new RingMembers([.. Elements(members).Select(member => (Text(member, "Name"), "ACTIVE"))])
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <param name="expected">How many there should be; 0 when that is not known.</param>
    public string Describe(int expected)
    {
        var well = Members.Count(member => member.State == "ACTIVE");
        var others = Members.Where(member => member.State != "ACTIVE").Take(Shown).Select(member => $"{member.Name} is {member.State}").ToList();
        var missing = expected > Members.Count ? $", {expected - Members.Count} missing" : "";
        return $"{well} active{missing}{(others.Count == 0 ? "" : $", {string.Join(", ", others)}")}";
    }

    // An empty list is null where Go writes it.
    private static JsonElement[] Elements(JsonElement list) => list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];

    private static string Text(JsonElement member, string name) => member.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
