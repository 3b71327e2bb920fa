using TempoCos.TempoBlocks;
using TempoCos.TempoStackDeployer.Diagnosis.Facts;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>What is known of a TempoStack with which all is well; each test changes one thing.</summary>
internal static class Healthy
{
    public static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    public static readonly IReadOnlyDictionary<string, string> Settings = new Dictionary<string, string>
    {
        ["compactor.compaction.block_retention"] = "48h0m0s",
        ["compactor.compaction.compacted_block_retention"] = "1h0m0s",
        ["ingester.complete_block_timeout"] = "15m0s",
        ["ingester.flush_all_on_shutdown"] = "false",
        ["storage.trace.backend"] = "s3",
        ["storage.trace.blocklist_poll"] = "5m0s",
        ["storage.trace.blocklist_poll_tenant_index_builders"] = "2",
        ["storage.trace.s3.bucket"] = "traces",
        ["storage.trace.s3.insecure"] = "false",
    };

    public static StackFacts Facts { get; } = new()
    {
        Namespace = "traces",
        Name = "simplest",
        Now = Now,
        Components = [.. new[] { "distributor", "ingester", "querier", "query-frontend", "compactor" }.Select(component => new ComponentFacts(component, $"tempo-simplest-{component}-0")
        {
            Configuration = TempoConfiguration.Of(Settings),
            Metrics = MetricSamples.Parse(Metrics),
            Clock = TimeSpan.Zero,
            HasVolumeClaim = component == "ingester",
            IsReady = true,
        })],
        Secret = new SecretFacts("ibm-cos-secret")
        {
            Keys = ["access_key_id", "access_key_secret", "bucket", "endpoint"],
            Endpoint = "https://s3.us-east.cloud-object-storage.appdomain.cloud",
            Bucket = "traces",
            Changed = Now.AddHours(-2),
            Uses = [new SecretUse("tempo-simplest-ingester-0", Now.AddHours(-1), false)],
        },
        Transport = new StoreTransport(IsHttps: true, IsTls: true, AsksForTls: true, "spec.storage.tls.enabled", "spec.storage.tls.enabled"),
        Bucket = new BucketFacts
        {
            Objects = [Object("meta.json", 1), Object("data.parquet", 1), Object("bloom-0", 1)],
            Blocks = [new BlockFacts("single-tenant/0d7c1b0e-6d0c-4a52-9d6f-0a4f9e1c2b3d", [])],
            Clock = TimeSpan.Zero,
        },
        Search = new SearchFacts(3, 5, null, TimeSpan.FromHours(1)),
        ApiServerClock = TimeSpan.Zero,
    };

    public const string Metrics = """
        # TYPE tempo_discarded_spans_total counter
        tempo_discarded_spans_total{reason="rate_limited",tenant="single-tenant"} 0
        tempo_ingester_blocks_flushed_total 1
        tempo_ingester_failed_flushes_total 0
        tempo_ingester_flush_queue_length 0
        tempodb_backend_request_duration_seconds_count{operation="GET",status_code="404"} 2
        tempodb_blocklist_poll_duration_seconds_count 12
        tempodb_blocklist_length{tenant="single-tenant"} 1
        tempo_distributor_spans_received_total{tenant="single-tenant"} 1000
        """;

    public static StoredObject Object(string name, double hours, string block = "0d7c1b0e-6d0c-4a52-9d6f-0a4f9e1c2b3d") => new($"single-tenant/{block}/{name}", 100, Now.AddHours(-hours));

    /// <summary>With one setting otherwise.</summary>
    public static StackFacts With(string setting, string value) => Facts with
    {
        Components = [.. Facts.Components.Select(component => component with { Configuration = TempoConfiguration.Of(Settings.Where(pair => pair.Key != setting).Append(KeyValuePair.Create(setting, value))) })],
    };

    /// <summary>With metrics of one component added to.</summary>
    public static StackFacts Counting(string component, string line) => Of(component, facts => facts with { Metrics = MetricSamples.Parse($"{Metrics}\n{line}") });

    /// <summary>With lines in the log of one component.</summary>
    public static StackFacts Saying(string component, params string[] lines) => Of(component, facts => facts with { Log = lines });

    public static StackFacts Of(string component, Func<ComponentFacts, ComponentFacts> change) =>
        Facts with { Components = [.. Facts.Components.Select(facts => facts.Component == component ? change(facts) : facts)] };

    public static StackFacts OfBucket(Func<BucketFacts, BucketFacts> change) => Facts with { Bucket = change(Facts.Bucket!) };

    public static StackFacts OfSecret(Func<SecretFacts, SecretFacts> change) => Facts with { Secret = change(Facts.Secret!) };
}
