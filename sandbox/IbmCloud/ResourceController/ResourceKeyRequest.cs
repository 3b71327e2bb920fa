using System.Text.Json.Nodes;

namespace TempoCos.IbmCloud.ResourceController;

/// <summary>Body of create and update.</summary>
public sealed record ResourceKeyRequest(string? Name, string? Source, string? Role, JsonObject? Parameters);
