using System.Text.Json;
using System.Text.Json.Serialization;

namespace TempoCos.Benchmarks.Results;

/// <summary>Everything that a run found out, as JSON keeps it.</summary>
internal sealed record BenchmarkReport
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new FourDigitsConverter() },
    };

    public required DateTimeOffset Date { get; init; }
    public required TimeSpan Took { get; init; }
    public required Machine Machine { get; init; }
    public required string OursVersion { get; init; }
    public required string? PeerVersion { get; init; }

    /// <summary>The options that reproduce the run.</summary>
    public required string Command { get; init; }

    public required IReadOnlyList<Measurement> Measurements { get; init; }

    /// <summary>Benchmarks that say nothing, and why.</summary>
    public required IReadOnlyDictionary<string, string> Invalid { get; init; }

    /// <summary>What was measured later than the rest.</summary>
    public IReadOnlyList<Addition> Additions { get; init; } = [];

    /// <summary>With the benchmarks of a later run in place of its own of the same names.</summary>
    public BenchmarkReport With(BenchmarkReport later)
    {
        var names = later.Measurements.Select(found => found.Benchmark).Concat(later.Invalid.Keys).Distinct().ToList();
        return this with
        {
            Measurements = [.. Measurements.Where(found => !names.Contains(found.Benchmark)), .. later.Measurements],
            Invalid = Invalid.Where(found => !names.Contains(found.Key)).Concat(later.Invalid).ToDictionary(),
            Additions =
            [
                .. Additions.Select(addition => addition with { Benchmarks = [.. addition.Benchmarks.Except(names)] }).Where(addition => addition.Benchmarks.Count > 0),
                new Addition(later.Date, later.Took, later.Machine, later.OursVersion, later.Command, names),
            ],
        };
    }

    public static BenchmarkReport Parse(string json) => JsonSerializer.Deserialize<BenchmarkReport>(json, Options) ?? throw new JsonException("the file is empty");

    public string ToJson() => JsonSerializer.Serialize(this, Options);
}
