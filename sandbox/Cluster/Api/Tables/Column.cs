using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Api.Tables;

/// <summary>One column of what kubectl prints; shown by <c>-o wide</c> only when its priority is above 0.</summary>
public sealed record Column(string Name, Func<JsonObject, JsonNode?> Cell, string Type = "string", int Priority = 0, string Format = "");
