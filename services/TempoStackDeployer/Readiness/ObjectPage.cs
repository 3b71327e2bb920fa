namespace TempoCos.TempoStackDeployer.Readiness;

/// <param name="Items">Of this page.</param>
/// <param name="Version">Where a watch of the whole list begins.</param>
/// <param name="Continue">Asks for the next page; empty after the last.</param>
internal sealed record ObjectPage<T>(IEnumerable<T> Items, string? Version, string? Continue);
