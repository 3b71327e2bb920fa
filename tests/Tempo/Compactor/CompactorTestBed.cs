using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using TempoCos.Otlp;
using TempoCos.Tempo.Compactor;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Querier;
using TempoCos.Tempo.Ring;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Tests.Compactor;

/// <summary>The compactor's parts over a directory, with a clock that the test sets.</summary>
internal sealed class CompactorTestBed : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public CompactorTestBed(CompactorSettings? settings = null)
    {
        settings ??= new CompactorSettings();
        Store = new LocalBlockStore(_directory["blocks"]);
        Catalog = new BlockCatalog(Store);
        Ring = new ComponentRing(Time);
        Ownership = new JobOwnership(Ring);
        var storage = new StorageSettings("local", _directory["blocks"], S3Settings.From(new(null, new Dictionary<string, string>())), "", TimeSpan.FromMinutes(5), TimeSpan.Zero);
        Blocklist = new Blocklist(Store, storage, Ownership, Metrics, Time, NullLogger<Blocklist>.Instance);
        CompactionLimits LimitsOf(string tenant) => Limits.GetValueOrDefault(tenant, new(TimeSpan.Zero, TimeSpan.Zero, false, 0));
        Lifecycle = new BlockLifecycle(Store, Blocklist, Ownership, LimitsOf, settings, Metrics, Time, NullLogger<BlockLifecycle>.Instance);
        Retention = new BlockRetention(Store, Blocklist, Ownership, LimitsOf, settings, Metrics, Time, NullLogger<BlockRetention>.Instance);
    }

    public ManualTime Time { get; } = new(DateTimeOffset.UtcNow);

    public TempoMetrics Metrics { get; } = new();

    public Dictionary<string, CompactionLimits> Limits { get; } = [];

    public IBlockStore Store { get; }

    public BlockCatalog Catalog { get; }

    public ComponentRing Ring { get; }

    public JobOwnership Ownership { get; }

    public Blocklist Blocklist { get; }

    public BlockLifecycle Lifecycle { get; }

    public BlockRetention Retention { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A block of one trace per id, which ends so many hours before the clock's present time.</summary>
    public Task<BlockMeta> WriteAsync(string tenant, double hoursAgo, params byte[] traces)
    {
        var end = Time.Now.AddHours(-hoursAgo);
        return new BlockWriter(Store, new BlockWriterOptions()).WriteAsync(tenant, traces.Order().Select(id => Trace(id, end)), null, Ct);
    }

    public async Task<IReadOnlyList<Guid>> LiveAsync(string tenant) => [.. (await Catalog.ListBlocksAsync(tenant, Ct)).Select(meta => meta.BlockId)];

    public async Task<IReadOnlyList<Guid>> CompactedAsync(string tenant) => [.. (await Catalog.ListCompactedAsync(tenant, Ct)).Select(block => block.Meta.BlockId)];

    /// <summary>Several compactors, of which this one has the name <paramref name="self"/>.</summary>
    public void Join(string self, params string[] others)
    {
        Ownership.Id = self;
        Ring.Merge([.. others.Append(self).Select(id => new Member { Id = id, Roles = { "compactor" }, Started = 1, Heartbeat = 1 })]);
    }

    public async Task PollAndRetainAsync()
    {
        await Blocklist.PollAsync(Ct);
        await Retention.RunAsync(Ct);
    }

    public void Dispose() => _directory.Dispose();

    private static TraceRecord Trace(byte id, DateTimeOffset end)
    {
        var nanos = (ulong)end.ToUnixTimeMilliseconds() * 1_000_000;
        var span = new Span { TraceId = ByteString.CopyFrom(new TraceId16(0, id).ToByteArray()), SpanId = ByteString.CopyFrom(id, 0, 0, 0, 0, 0, 0, 1), Name = "op", StartTimeUnixNano = nanos - 1_000_000, EndTimeUnixNano = nanos };
        return new(new TraceId16(0, id), new TracesData { ResourceSpans = { new ResourceSpans { Resource = new Resource(), ScopeSpans = { new ScopeSpans { Spans = { span } } } } } });
    }
}
