namespace TempoCos.Tempo.Gateway;

/// <summary>Who asks.</summary>
public sealed record Identity(string Subject, IReadOnlyList<string> Groups, string Token);
