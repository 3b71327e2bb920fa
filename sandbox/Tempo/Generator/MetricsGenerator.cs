using System.Collections.Concurrent;
using TempoCos.Otlp;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Generator.RemoteWriting;
using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.Generator;

/// <summary>Makes metrics of spans, for each tenant its own, and writes them to Prometheus now and then.</summary>
public sealed partial class MetricsGenerator(
    GeneratorSettings settings, TenantLimits limits, RemoteWriter writer, TempoMetrics metrics, TimeProvider time, ILogger<MetricsGenerator> logger)
{
    private static readonly TimeSpan ExpireEvery = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<string, TenantGenerator> _tenants = new(StringComparer.Ordinal);

    public void Push(string tenant, IReadOnlyList<ResourceSpans> batches) => _tenants.GetOrAdd(tenant, Create).Push(batches, limits.For(tenant));

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var key in settings.Ignored)
        {
            Log.Ignored(logger, key);
        }

        await Task.WhenAll(
            writer.RunAsync(cancellationToken),
            EveryAsync(ExpireEvery, tenant => tenant.Expire(), cancellationToken),
            EveryAsync(settings.CollectionInterval, tenant => writer.Send(tenant.Name, tenant.Collect()), cancellationToken));
    }

    private TenantGenerator Create(string tenant) => new(tenant, settings, metrics, time, logger);

    private async Task EveryAsync(TimeSpan period, Action<TenantGenerator> act, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(period, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            foreach (var tenant in _tenants.Values)
            {
                act(tenant);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Key} is set, but has no effect here")]
        public static partial void Ignored(ILogger logger, string key);
    }
}
