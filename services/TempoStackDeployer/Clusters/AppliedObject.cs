using System.Text.Json.Nodes;

namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>An object as it is after an apply.</summary>
/// <param name="Object">What the server has.</param>
/// <param name="Warnings">What the server remarked.</param>
internal sealed record AppliedObject(JsonObject Object, IReadOnlyList<string> Warnings)
{
    public string Uid => Object["metadata"]?["uid"]?.ToString() ?? "";
}
