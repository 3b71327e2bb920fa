using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Diagnosis.Facts;

/// <summary>Everything that the checks look at, asked once.</summary>
internal sealed record StackFacts
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>Of the storage Secret: s3, azure, gcs; empty where a TempoMonolithic keeps its blocks on a volume.</summary>
    public string StorageType { get; init; } = "s3";

    /// <summary>The stack was made by a run of TempoCos, which shortens Tempo's clocks and removes it again.</summary>
    public bool IsOfARun { get; init; }

    public IReadOnlyList<ComponentFacts> Components { get; init; } = [];

    public SecretFacts? Secret { get; init; }

    /// <summary>How Tempo speaks to the store, by what the stack and its Secret say; null when the Secret says nothing of it.</summary>
    public StoreTransport? Transport { get; init; }

    /// <summary>Null when there is none to look at.</summary>
    public BucketFacts? Bucket { get; init; }

    /// <summary>Null when nobody could be asked.</summary>
    public SearchFacts? Search { get; init; }

    /// <summary>How far the API server's clock is ahead of ours; null when it did not say.</summary>
    public TimeSpan? ApiServerClock { get; init; }

    /// <summary>The pods of a component; a TempoMonolithic's one pod is every component.</summary>
    public IEnumerable<ComponentFacts> Of(params IReadOnlyCollection<string> components) =>
        Components.Where(facts => facts.Component == "tempo" || components.Contains(facts.Component));

    /// <summary>The configuration of the first of these components that could be asked; they all read the same file.</summary>
    public TempoConfiguration? Configuration(params IReadOnlyCollection<string> components) =>
        Of(components).Select(facts => facts.Configuration).FirstOrDefault(configuration => configuration is not null)
        ?? Components.Select(facts => facts.Configuration).FirstOrDefault(configuration => configuration is not null);

    /// <summary>Sum over the pods of these components; null when none could be asked.</summary>
    public double? Metric(string name, IReadOnlyCollection<string> components, params (string Label, string Value)[] where)
    {
        var asked = Of(components).Select(facts => facts.Metrics).OfType<MetricSamples>().ToList();
        return asked.Count == 0 ? null : asked.Sum(metrics => metrics.Sum(name, where));
    }

    /// <summary>Why nobody of these components could be asked.</summary>
    public string Unreachable(params IReadOnlyCollection<string> components) =>
        Of(components).Select(facts => facts.Unreachable).FirstOrDefault(why => why is not null) ?? $"there is no pod of {string.Join(", ", components)} to ask";
}
