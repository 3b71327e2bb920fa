using TempoCos.Contracts;
using TempoCos.Otlp;
using TempoCos.QueryVerifier.Tempo;
using TempoCos.TempoBlocks;
using TempoCos.Traces;

namespace TempoCos.QueryVerifier.Ladder;

/// <summary>What the manifest promises: every id, and every trace on demand. Holds ids, never all traces.</summary>
internal sealed class Expectation
{
    /// <summary>A search answers at most so many traces.</summary>
    public const int MaxTraces = 262_144;

    private readonly TraceManifest _manifest;
    private readonly TraceProfile _profile;
    private readonly DateTimeOffset _base;
    private readonly Dictionary<TraceId16, int> _indexes;

    private Expectation(TraceManifest manifest, TraceProfile profile, CancellationToken ct)
    {
        _manifest = manifest;
        _profile = profile;
        _base = manifest.Base.ToDateTimeOffset();
        Ids = new TraceId16[manifest.Count];
        _indexes = new Dictionary<TraceId16, int>(Ids.Length);
        var services = new HashSet<string>();
        using var hash = new TraceHash();
        for (var index = 0; index < Ids.Length; index++)
        {
            ct.ThrowIfCancellationRequested();
            var trace = Trace(index);
            hash.Add(trace);
            Ids[index] = TraceId16.FromBytes(trace.ResourceSpans[0].ScopeSpans[0].Spans[0].TraceId.Span);
            _indexes[Ids[index]] = index;
            services.UnionWith(trace.ResourceSpans.SelectMany(resource => resource.Resource.Attributes).Where(attribute => attribute.Key == "service.name").Select(attribute => attribute.Value.StringValue));
        }

        Hash = hash.ToString();
        Services = services;
    }

    public TraceId16[] Ids { get; }

    /// <summary>The names of all services that occur.</summary>
    public IReadOnlySet<string> Services { get; }

    /// <summary>Of the traces as they are made again here.</summary>
    public string Hash { get; }

    /// <summary>False when the manifest does not describe what was sent.</summary>
    public bool HashMatches => Hash == _manifest.ContentHash;

    /// <summary>An id that nobody ever sent.</summary>
    public TraceId16 NeverSent => TraceId16.FromBytes(TraceSource.TraceId(_manifest.Seed, NeverRun, 0).Span);

    /// <summary>The id of a block that nobody ever wrote.</summary>
    public Guid NeverWritten => new(NeverSent.ToByteArray(), bigEndian: true);

    /// <summary>A run id that nobody ever used.</summary>
    public string NeverRun => $"{_manifest.RunId}-never";

    /// <exception cref="DiagnosticException">The manifest cannot be used.</exception>
    public static Expectation From(TraceManifest manifest, CancellationToken ct)
    {
        var profile = TraceProfile.Find(manifest.Profile)
            ?? throw new DiagnosticException("TC423", manifest.Profile, "The manifest names a trace profile that this version does not know", "Verify with the version that generated.");
        return manifest.Base is not null && manifest.Count is > 0 and <= MaxTraces
            ? new Expectation(manifest, profile, ct)
            : throw new DiagnosticException("TC423", $"count {manifest.Count}", $"The manifest has no base time or not 1 to {MaxTraces} traces", "Verify in several runs of fewer traces.");
    }

    public TracesData Trace(long index) => TraceSource.Generate(_profile, _manifest.Seed, _base, _manifest.RunId, index);

    public bool TryGetIndex(TraceId16 id, out int index) => _indexes.TryGetValue(id, out index);

    public TimeRange Range(DateTimeOffset now) =>
        TimeRange.Around((_manifest.Start ?? _manifest.Base).ToDateTimeOffset(), (_manifest.End ?? _manifest.Base).ToDateTimeOffset(), now);

    public static string RunQuery(string runId) => $"{{ resource.{TraceSource.RunIdAttribute} = \"{runId.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\" }}";
}
