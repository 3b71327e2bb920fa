using System.Text;

namespace TempoCos.Tempo.Http;

/// <summary>The metrics of Tempo that its users and a verifier read, under Tempo's names.</summary>
public sealed class TempoMetrics
{
    private static readonly double[] Seconds = [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10];
    private static readonly double[] BackendSecondsBounds = [.005, .02, .08, .32, 1.28, 5.12];
    private static readonly double[] FlushSecondsBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
    private static readonly double[] FlushBytesBounds = [.. Enumerable.Range(0, 10).Select(power => 1024.0 * 1024 * (1 << power))];
    private readonly List<IMetric> _all = [];

    public TempoMetrics()
    {
        SpansReceived = Counter("tempo_distributor_spans_received_total", "The total number of spans received per tenant", "tenant");
        BytesReceived = Counter("tempo_distributor_bytes_received_total", "The total number of proto bytes received per tenant", "tenant");
        IngressBytes = Counter("tempo_distributor_ingress_bytes_total", "The total number of bytes received per tenant, refused ones included", "tenant");
        PushSeconds = Histogram("tempo_distributor_push_duration_seconds", "Records the amount of time to push a batch to the ingester.", Seconds);
        Appends = Counter("tempo_distributor_ingester_appends_total", "The total number of batch appends sent to ingesters.", "ingester");
        AttributesTruncated = Counter("tempo_distributor_attributes_truncated_total", "The total number of attribute keys or values truncated per tenant", "tenant");
        AppendFailures = Counter("tempo_distributor_ingester_append_failures_total", "The total number of failed batch appends sent to ingesters.", "ingester");
        ForwarderPushes = Counter("tempo_distributor_forwarder_pushes_total", "Total number of successful requests queued up for a tenant to the generatorForwarder.", "tenant");
        ForwarderFailures = Counter("tempo_distributor_forwarder_pushes_failures_total", "Total number of failed pushes to the queue for a tenant to the generatorForwarder.", "tenant");
        GeneratorPushes = Counter("tempo_distributor_metrics_generator_pushes_total", "The total number of span pushes sent to metrics-generators.", "metrics_generator");
        GeneratorPushFailures = Counter("tempo_distributor_metrics_generator_pushes_failures_total", "The total number of failed span pushes sent to metrics-generators.", "metrics_generator");
        GeneratorSpans = Counter("tempo_metrics_generator_spans_received_total", "The total number of spans received per tenant", "tenant");
        GeneratorSpansDiscarded = Counter("tempo_metrics_generator_spans_discarded_total", "The total number of discarded spans received per tenant", "tenant", "reason", "processor");
        GeneratorSeries = Gauge("tempo_metrics_generator_registry_active_series", "The active series per tenant", "tenant");
        GeneratorSeriesLimited = Counter("tempo_metrics_generator_registry_series_limited_total", "The total amount of series not created because of limits per tenant", "tenant");
        GeneratorCollections = Counter("tempo_metrics_generator_registry_collections_total", "The total amount of metrics collections per tenant", "tenant");
        GraphEdges = Counter("tempo_metrics_generator_processor_service_graphs_edges", "Total number of unique edges", "tenant");
        GraphExpiredEdges = Counter("tempo_metrics_generator_processor_service_graphs_expired_edges", "Number of edges that expired before finding its matching span", "tenant");
        GraphDroppedSpans = Counter("tempo_metrics_generator_processor_service_graphs_dropped_spans", "Number of spans dropped when trying to add edges", "tenant");
        RemoteSamples = Counter("prometheus_remote_storage_samples_total", "The total number of samples sent to remote storage.", "tenant", "url");
        RemoteSamplesFailed = Counter("prometheus_remote_storage_samples_failed_total", "The total number of samples which failed on send to remote storage, non-recoverable errors.", "tenant", "url");
        RemoteSamplesDropped = Counter("prometheus_remote_storage_samples_dropped_total", "The total number of samples which were dropped before they were sent.", "tenant", "url");
        DiscardedSpans = Counter("tempo_discarded_spans_total", "The total number of samples that were discarded.", "reason", "tenant");
        Warnings = Counter("tempo_warnings_total", "The total number of warnings per tenant with reason.", "tenant", "reason");
        LiveTraces = Gauge("tempo_ingester_live_traces", "The current number of live traces per tenant.", "tenant");
        TracesCreated = Counter("tempo_ingester_traces_created_total", "The total number of traces created per tenant.", "tenant");
        BytesIngested = Counter("tempo_ingester_bytes_received_total", "The total bytes received per tenant.", "tenant");
        BlocksFlushed = Counter("tempo_ingester_blocks_flushed_total", "The total number of blocks flushed");
        BlocksCleared = Counter("tempo_ingester_blocks_cleared_total", "The total number of blocks cleared.");
        FailedFlushes = Counter("tempo_ingester_failed_flushes_total", "The total number of failed traces");
        FlushRetries = Counter("tempo_ingester_flush_retries_total", "The total number of retries after a failed flush");
        FlushFailedRetries = Counter("tempo_ingester_flush_failed_retries_total", "The total number of failed retries after a failed flush");
        FlushQueueLength = Gauge("tempo_ingester_flush_queue_length", "The total number of series pending in the flush queue.");
        FlushSeconds = Histogram("tempo_ingester_flush_duration_seconds", "Records the amount of time to flush a complete block.", FlushSecondsBounds);
        FlushSize = Histogram("tempo_ingester_flush_size_bytes", "Size in bytes of blocks flushed.", FlushBytesBounds);
        BlocklistLength = Gauge("tempodb_blocklist_length", "Total number of blocks per tenant.", "tenant");
        BlocklistPolls = Counter("tempodb_blocklist_poll_duration_seconds_count", "Polls of the blocklist.");
        BlocklistPollSeconds = Counter("tempodb_blocklist_poll_duration_seconds_sum", "Seconds spent polling the blocklist.");
        BlocklistPollErrors = Counter("tempodb_blocklist_poll_errors_total", "Total number of times an error occurred while polling the blocklist.", "tenant");
        TenantIndexAge = Gauge("tempodb_blocklist_tenant_index_age_seconds", "Age in seconds of the last pulled tenant index.", "tenant");
        TenantIndexErrors = Counter("tempodb_blocklist_tenant_index_errors_total", "Total number of times an error occurred while retrieving or building the tenant index.", "tenant");
        TenantIndexBuilder = Gauge("tempodb_blocklist_tenant_index_builder", "A value of 1 indicates this instance of tempodb is building the tenant index.", "tenant");
        BackendObjects = Gauge("tempodb_backend_objects_total", "Total number of objects (traces) in the backend", "tenant", "status");
        BackendBytes = Gauge("tempodb_backend_bytes_total", "Total number of bytes in the backend.", "tenant", "status");
        BackendRequestSeconds = Histogram("tempodb_backend_request_duration_seconds", "Time spent doing backend storage requests.", BackendSecondsBounds, "operation", "status_code");
        CompactionBlocks = Counter("tempodb_compaction_blocks_total", "Total number of blocks compacted.", "level");
        CompactionObjects = Counter("tempodb_compaction_objects_written_total", "Total number of objects written to backend during compaction.", "level");
        CompactionBytes = Counter("tempodb_compaction_bytes_written_total", "Total number of bytes written to backend during compaction.", "level");
        CompactionCombined = Counter("tempodb_compaction_objects_combined_total", "Total number of objects combined during compaction.", "level");
        CompactionSpansCombined = Counter("tempodb_compaction_spans_combined_total", "Number of spans that are deduped per replication factor.", "replication_factor");
        CompactionOutstanding = Gauge("tempodb_compaction_outstanding_blocks", "Number of blocks remaining to be compacted before next maintenance cycle", "tenant");
        CompactionErrors = Counter("tempodb_compaction_errors_total", "Total number of errors occurring during compaction.");
        RetentionMarked = Counter("tempodb_retention_marked_for_deletion_total", "Total number of blocks marked for deletion.");
        RetentionDeleted = Counter("tempodb_retention_deleted_total", "Total number of blocks deleted.");
        RetentionErrors = Counter("tempodb_retention_errors_total", "Total number of times an error occurred while performing retention tasks.");
        FrontendQueries = Counter("tempo_query_frontend_queries_total", "Total queries received per tenant.", "tenant", "op", "result");
        FrontendClients = Gauge("tempo_query_frontend_connected_clients", "Number of worker clients currently connected to the frontend.");
        FrontendQueue = Gauge("tempo_query_frontend_queue_length", "Number of queries in the queue.", "user");
        FrontendDiscarded = Counter("tempo_query_frontend_discarded_requests_total", "Total number of query requests discarded.", "user");
        FrontendRetries = Histogram("tempo_query_frontend_retries", "Number of times a request is retried.", [0, 1, 2, 3, 4, 5]);
        FrontendQueueSeconds = Histogram("tempo_query_frontend_queue_duration_seconds", "Time spend by requests queued.", Seconds);
        FrontendBytesInspected = Counter("tempo_query_frontend_bytes_inspected_total", "Number of bytes processed for successful queries.", "tenant", "op");
        RequestSeconds = Histogram("tempo_request_duration_seconds", "Time (in seconds) spent serving HTTP requests.", [.. Seconds, 25, 50, 100], "method", "route", "status_code", "ws");
        Gauge("tempo_build_info", "A metric with a constant '1' value labeled by version.", "version", "revision", "branch", "goversion").Set(1, TempoVersion.Number, "", "", "");
    }

    public Metric SpansReceived { get; }
    public Metric BytesReceived { get; }
    public Metric IngressBytes { get; }
    public Histogram PushSeconds { get; }
    public Metric Appends { get; }
    public Metric AttributesTruncated { get; }
    public Metric AppendFailures { get; }
    public Metric ForwarderPushes { get; }
    public Metric ForwarderFailures { get; }
    public Metric GeneratorPushes { get; }
    public Metric GeneratorPushFailures { get; }
    public Metric GeneratorSpans { get; }
    public Metric GeneratorSpansDiscarded { get; }
    public Metric GeneratorSeries { get; }
    public Metric GeneratorSeriesLimited { get; }
    public Metric GeneratorCollections { get; }
    public Metric GraphEdges { get; }
    public Metric GraphExpiredEdges { get; }
    public Metric GraphDroppedSpans { get; }
    public Metric RemoteSamples { get; }
    public Metric RemoteSamplesFailed { get; }
    public Metric RemoteSamplesDropped { get; }
    public Metric DiscardedSpans { get; }
    public Metric Warnings { get; }
    public Metric LiveTraces { get; }
    public Metric TracesCreated { get; }
    public Metric BytesIngested { get; }
    public Metric BlocksFlushed { get; }
    public Metric BlocksCleared { get; }
    public Metric FailedFlushes { get; }
    public Metric FlushRetries { get; }
    public Metric FlushFailedRetries { get; }
    public Metric FlushQueueLength { get; }
    public Histogram FlushSeconds { get; }
    public Histogram FlushSize { get; }
    public Metric BlocklistLength { get; }
    public Metric BlocklistPolls { get; }
    public Metric BlocklistPollSeconds { get; }
    public Metric BlocklistPollErrors { get; }
    public Metric TenantIndexAge { get; }
    public Metric TenantIndexErrors { get; }
    public Metric TenantIndexBuilder { get; }
    public Metric BackendObjects { get; }
    public Metric BackendBytes { get; }
    public Histogram BackendRequestSeconds { get; }
    public Metric CompactionBlocks { get; }
    public Metric CompactionObjects { get; }
    public Metric CompactionBytes { get; }
    public Metric CompactionCombined { get; }
    public Metric CompactionSpansCombined { get; }
    public Metric CompactionOutstanding { get; }
    public Metric CompactionErrors { get; }
    public Metric RetentionMarked { get; }
    public Metric RetentionDeleted { get; }
    public Metric RetentionErrors { get; }
    public Metric FrontendQueries { get; }
    public Metric FrontendClients { get; }
    public Metric FrontendQueue { get; }
    public Metric FrontendDiscarded { get; }
    public Histogram FrontendRetries { get; }
    public Histogram FrontendQueueSeconds { get; }
    public Metric FrontendBytesInspected { get; }
    public Histogram RequestSeconds { get; }

    /// <summary>The Prometheus text format.</summary>
    public string Render()
    {
        var text = new StringBuilder();
        foreach (var metric in _all)
        {
            metric.WriteTo(text);
        }

        return text.ToString();
    }

    private Metric Counter(string name, string help, params string[] labels) => Add(new Metric(name, "counter", help, labels));

    private Metric Gauge(string name, string help, params string[] labels) => Add(new Metric(name, "gauge", help, labels));

    private Histogram Histogram(string name, string help, double[] bounds, params string[] labels) => Add(new Histogram(name, help, bounds, labels));

    private T Add<T>(T metric)
        where T : IMetric
    {
        _all.Add(metric);
        return metric;
    }
}
