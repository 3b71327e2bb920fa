namespace Aspire.Hosting.ApplicationModel;

/// <summary>A variable of a process; the value of a secret is masked.</summary>
public sealed record EnvironmentVariableSnapshot(string Name, string? Value, bool IsFromSpec);
