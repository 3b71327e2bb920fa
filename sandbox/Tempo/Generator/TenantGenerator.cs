using TempoCos.Otlp;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Generator.Series;
using TempoCos.Tempo.Generator.Spans;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Wire.RemoteWrite;
using Span = TempoCos.Otlp.Span;

namespace TempoCos.Tempo.Generator;

/// <summary>One tenant's processors and series.</summary>
public sealed partial class TenantGenerator
{
    private static readonly string[] Known =
        [Processors.SpanMetrics, Processors.SpanMetricsCount, Processors.SpanMetricsLatency, Processors.SpanMetricsSize, Processors.ServiceGraphs];

    private readonly Lock _lock = new();
    private readonly GeneratorSettings _settings;
    private readonly TempoMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SeriesRegistry _registry;
    private IReadOnlyList<string>? _processors;
    private SpanMetrics? _spanMetrics;
    private ServiceGraphs? _serviceGraphs;

    public TenantGenerator(string name, GeneratorSettings settings, TempoMetrics metrics, TimeProvider time, ILogger logger)
    {
        (Name, _settings, _metrics, _time, _logger) = (name, settings, metrics, time, logger);
        var external = settings.ExternalLabels.Append(("__metrics_gen_instance", Environment.MachineName));
        _registry = new(name, settings.TenantLabel.Length > 0 ? [.. external, (settings.TenantLabel, name)] : [.. external], metrics);
    }

    public string Name { get; }

    public void Push(IReadOnlyList<ResourceSpans> batches, LimitSettings limits)
    {
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            _registry.MaxSeries = limits.GeneratorMaxSeries;
            Choose(limits.GeneratorProcessors);
            Keep(batches, now);
            _registry.Now = now;
            foreach (var batch in batches)
            {
                _spanMetrics?.Take(batch);
                _serviceGraphs?.Take(batch, now);
            }
        }
    }

    /// <summary>What all series are now; a series that is new begins with zero in the minute before, so that its first increase is seen.</summary>
    public IReadOnlyList<TimeSeries> Collect()
    {
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            _registry.Forget(now - _settings.StaleDuration);
            _metrics.GeneratorCollections.Increment(Name);
            return _registry.Collect(now.ToUnixTimeMilliseconds());
        }
    }

    /// <summary>Halves of calls that waited long enough.</summary>
    public void Expire()
    {
        lock (_lock)
        {
            _registry.Now = _time.GetUtcNow();
            _serviceGraphs?.Expire(_registry.Now);
        }
    }

    private void Choose(IReadOnlyList<string> processors)
    {
        if (_processors?.SequenceEqual(processors) == true)
        {
            return;
        }

        foreach (var name in processors.Except(Known))
        {
            Log.NoProcessor(_logger, Name, name);
        }

        _processors = processors;
        var all = processors.Contains(Processors.SpanMetrics);
        var (count, latency, size) = (Has(Processors.SpanMetricsCount), Has(Processors.SpanMetricsLatency), Has(Processors.SpanMetricsSize));
        _spanMetrics = count || latency || size ? new(_settings.SpanMetrics, _registry, count, latency, size) : null;
        _serviceGraphs = !processors.Contains(Processors.ServiceGraphs) ? null : _serviceGraphs ?? new(Name, _settings.ServiceGraphs, _registry, _metrics);

        bool Has(string name) => all || processors.Contains(name);
    }

    private void Keep(IReadOnlyList<ResourceSpans> batches, DateTimeOffset now)
    {
        var (from, to) = (Nanos(now - _settings.IngestionSlack), Nanos(now + _settings.IngestionSlack));
        var (received, expired) = (0, 0);
        foreach (var scope in batches.SelectMany(batch => batch.ScopeSpans))
        {
            received += scope.Spans.Count;
            List<Span> kept = [.. scope.Spans.Where(span => span.EndTimeUnixNano >= from && span.EndTimeUnixNano <= to)];
            if (kept.Count < scope.Spans.Count)
            {
                expired += scope.Spans.Count - kept.Count;
                scope.Spans.Clear();
                scope.Spans.AddRange(kept);
            }
        }

        _metrics.GeneratorSpans.Add(received, Name);
        if (expired > 0)
        {
            _metrics.GeneratorSpansDiscarded.Add(expired, Name, "outside_metrics_ingestion_slack", "");
        }
    }

    private static ulong Nanos(DateTimeOffset at) => (ulong)(at - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "tenant {Tenant}: the processor {Processor} makes no metrics here")]
        public static partial void NoProcessor(ILogger logger, string tenant, string processor);
    }
}
