using TempoCos.Tempo.Compactor;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Distributor;
using TempoCos.Tempo.Generator;
using TempoCos.Tempo.Generator.RemoteWriting;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Ingester;
using TempoCos.Tempo.Metrics;
using TempoCos.Tempo.Querier;
using TempoCos.Tempo.QueryFrontend;
using TempoCos.Tempo.Ring;
using TempoCos.Tempo.Storage;

namespace TempoCos.Tempo;

/// <summary>Which services each target needs.</summary>
public static class Components
{
    public static void AddComponents(this IServiceCollection services, TempoSettings settings)
    {
        var target = settings.Target;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton<TempoMetrics>();
        services.AddSingleton<Readiness>();
        services.AddSingleton(new Tenancy(settings.Multitenancy));
        services.AddSingleton<ComponentRing>().AddSingleton<JobOwnership>();
        services.AddSingleton(settings.Memberlist).AddSingleton(settings.Distributor).AddSingleton(settings.Limits).AddSingleton(settings.Querier)
            .AddSingleton(settings.QueryFrontend).AddSingleton(settings.Compactor).AddSingleton(settings.Storage);
        services.AddSingleton(settings.Overrides).AddSingleton<TenantLimits>();
        services.AddSingleton<Gossip>();
        services.AddSingleton<StatusEndpoints>();
        services.AddSingleton<Lifecycle>();
        if (target.NeedsStorage)
        {
            services.AddSingleton<Backend>();
            services.AddSingleton(provider => provider.GetRequiredService<Backend>().Store);
        }

        if (target.Ingester)
        {
            services.AddSingleton<IngesterCore>().AddSingleton<LocalIngester>().AddSingleton<IngesterEndpoints>();
        }

        if (target.Distributor || target.Querier)
        {
            services.AddSingleton(provider => new IngesterPool(
                provider.GetRequiredService<ComponentRing>(),
                settings.Ingester.ReplicationFactor,
                target.Ingester && settings.InMemoryRing ? provider.GetRequiredService<LocalIngester>() : null,
                settings.IngesterClientTls));
        }

        if (target.Distributor)
        {
            services.AddSingleton<TracePusher>().AddSingleton<OtlpGrpcEndpoint>().AddSingleton<OtlpHttpEndpoint>();
        }

        if (target.Distributor && !settings.InMemoryRing)
        {
            services.AddSingleton(provider => new GeneratorForwarder(
                provider.GetRequiredService<ComponentRing>(), settings.GeneratorClientTls, provider.GetRequiredService<TempoMetrics>(), provider.GetRequiredService<ILogger<GeneratorForwarder>>()));
        }

        if (settings.Generator is { } generator)
        {
            services.AddSingleton(generator).AddSingleton<RemoteWriter>().AddSingleton<MetricsGenerator>();
        }

        if (target.Querier || target.Compactor)
        {
            services.AddSingleton(provider => new Blocklist(
                provider.GetRequiredService<Backend>().Store,
                settings.Storage,
                target.Compactor ? provider.GetRequiredService<JobOwnership>() : null,
                provider.GetRequiredService<TempoMetrics>(),
                TimeProvider.System,
                provider.GetRequiredService<ILogger<Blocklist>>()));
        }

        if (target.Querier)
        {
            services.AddSingleton(provider => new BlockReaders(provider.GetRequiredService<Backend>().Store, provider.GetRequiredService<Blocklist>()));
            services.AddSingleton<BlockQuerier>().AddSingleton<BlockMetrics>().AddSingleton<QueryExecutor>().AddSingleton<RunningJobs>().AddSingleton<FrontendWorker>().AddSingleton<LocalWorker>();
        }

        if (target.QueryFrontend)
        {
            services.AddSingleton<JobQueue>().AddSingleton<TraceByIdEndpoint>().AddSingleton<SearchEndpoint>().AddSingleton<TagsEndpoint>().AddSingleton<MetricsEndpoint>().AddSingleton<MetricsQuery>();
        }

        if (target.Compactor)
        {
            services.AddSingleton<Func<string, CompactionLimits>>(provider => tenant => CompactionLimits.From(provider.GetRequiredService<TenantLimits>().For(tenant)));
            services.AddSingleton<BlockLifecycle>().AddSingleton<BlockRetention>();
        }
    }
}
