using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Diagnosis.Facts;

/// <summary>The storage Secret, without what is secret in it.</summary>
/// <param name="Name">Of the Secret.</param>
internal sealed record SecretFacts(string Name)
{
    public IReadOnlyList<string> Keys { get; init; } = [];

    public string? Endpoint { get; init; }

    public string? Bucket { get; init; }

    /// <summary>When its data last changed, as the API server noted it; null when that is not known.</summary>
    public DateTimeOffset? Changed { get; init; }

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public DiagnosticException? Problem { get; init; }

    /// <summary>Why it could not be read; null when it could.</summary>
    public string? Unreadable { get; init; }

    /// <summary>Containers that take something from it, with the time at which they started, and whether they hold another key than it has.</summary>
    public IReadOnlyList<SecretUse> Uses { get; init; } = [];
}
