namespace TempoCos.TempoStackDeployer.Diagnosis.Facts;

/// <summary>The same question with and without a time range.</summary>
/// <param name="Unbounded">Traces without start and end; null when it was refused.</param>
/// <param name="Bounded">Traces with them; null when it was refused.</param>
/// <param name="Refusal">Status and text of what was refused; null when nothing was.</param>
/// <param name="Range">That the bounded one covered.</param>
internal sealed record SearchFacts(int? Unbounded, int? Bounded, string? Refusal, TimeSpan Range);
