namespace TempoCos.Traces.Generation;

/// <summary>A service that emits spans: its resource's name and version, and the instrumentation scope it uses.</summary>
internal sealed record Service(string Name, string Version, string Language, string Scope, string ScopeVersion);
