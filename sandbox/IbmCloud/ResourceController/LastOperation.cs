namespace TempoCos.IbmCloud.ResourceController;

/// <summary>What was last done to an instance.</summary>
public sealed record LastOperation(string Type, string State, string? SubType, bool Async, string Description);
