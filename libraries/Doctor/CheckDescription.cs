namespace TempoCos.Doctor;

/// <summary>A check before it runs.</summary>
/// <param name="Id">A code of docs/diagnostics.md.</param>
/// <param name="Name">Kebab-case, stable.</param>
/// <param name="Doing">What is being asked, one sentence for people.</param>
public sealed record CheckDescription(string Id, string Name, string Doing);
