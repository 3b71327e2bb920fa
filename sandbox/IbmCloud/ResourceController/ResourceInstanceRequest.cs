using System.Text.Json.Nodes;

namespace TempoCos.IbmCloud.ResourceController;

/// <summary>Body of create and update.</summary>
public sealed record ResourceInstanceRequest(
    string? Name, string? Target, string? ResourceGroup, string? ResourcePlanId, string[]? Tags, bool? AllowCleanup, JsonObject? Parameters);
