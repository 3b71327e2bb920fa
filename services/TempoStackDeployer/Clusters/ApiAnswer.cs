using System.Net;
using System.Text.Json.Nodes;

namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>What the API server answered.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Content">Its body.</param>
/// <param name="Warnings">The texts of its Warning headers.</param>
internal sealed record ApiAnswer(HttpStatusCode Status, string Content, IReadOnlyList<string> Warnings)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    public JsonObject Object => JsonNode.Parse(Content) as JsonObject ?? throw new FormatException("The API server answered with something that is not an object.");
}
