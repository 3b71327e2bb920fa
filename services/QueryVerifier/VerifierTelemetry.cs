using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TempoCos.QueryVerifier;

/// <summary>The service's activity source and meter.</summary>
public sealed class VerifierTelemetry : IDisposable
{
    public const string Name = "TempoCos.QueryVerifier";

    private readonly Meter _meter;

    public VerifierTelemetry(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        TimeToId = Seconds("tempocos.verifier.time_to_id", "From the first question to a trace's id being found.");
        TimeToSearch = Seconds("tempocos.verifier.time_to_search", "From the first question to a search that has every trace.");
        TimeToBucket = Seconds("tempocos.verifier.time_to_bucket", "From the flush, or from the first look, to blocks in the bucket that hold every trace.");
        TimeToBlocks = Seconds("tempocos.verifier.time_to_blocks", "From the first question to every trace being found from blocks alone.");
    }

    public ActivitySource Source { get; } = new(Name);

    public Histogram<double> TimeToId { get; }

    public Histogram<double> TimeToSearch { get; }

    public Histogram<double> TimeToBucket { get; }

    public Histogram<double> TimeToBlocks { get; }

    public void Dispose()
    {
        Source.Dispose();
        _meter.Dispose();
    }

    private Histogram<double> Seconds(string name, string description) => _meter.CreateHistogram<double>(name, "s", description);
}
