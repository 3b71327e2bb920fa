using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TempoCos.TraceGenerator;

/// <summary>The service's activity source and meter.</summary>
public sealed class GeneratorTelemetry : IDisposable
{
    public const string Name = "TempoCos.TraceGenerator";

    private readonly Meter _meter;
    private readonly Counter<long> _spans;
    private readonly Counter<long> _retries;
    private readonly Histogram<double> _exports;

    public GeneratorTelemetry(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _spans = _meter.CreateCounter<long>("tempocos.generator.spans", "{span}", "Spans by what became of them.");
        _retries = _meter.CreateCounter<long>("tempocos.generator.retries", "{request}", "Requests that were sent again because they were surely not taken.");
        _exports = _meter.CreateHistogram<double>("tempocos.generator.export.duration", "s", "Time from sending a request to its answer.");
    }

    public ActivitySource Source { get; } = new(Name);

    public void Count(string outcome, long spans) => _spans.Add(spans, new KeyValuePair<string, object?>("tempocos.outcome", outcome));

    public void Retried() => _retries.Add(1);

    public void Exported(TimeSpan duration) => _exports.Record(duration.TotalSeconds);

    public void Dispose()
    {
        Source.Dispose();
        _meter.Dispose();
    }
}
