namespace Aspire.Hosting.ApplicationModel;

/// <summary>A state and how it is shown: <c>success</c>, <c>info</c>, <c>warning</c>, <c>error</c>.</summary>
public sealed record ResourceStateSnapshot(string Text, string? Style);
