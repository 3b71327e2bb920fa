using System.Text.Json.Nodes;
using Google.Protobuf;
using TempoCos.Otlp;
using TempoCos.Tempo.Http;
using TempoCos.TempoBlocks;
using TempoCos.Traces.Comparison;

namespace TempoCos.Tempo.Tests;

/// <summary>What the real Tempo makes of blocks and indexes that were written here.</summary>
public sealed class RealTempoTests
{
    private const string NoCompaction = "{disabled: true}";

    // More than a mebibyte of texts in one column, which no dictionary holds.
    private const int DistinctTexts = 40_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_finds_searches_and_compacts_the_traces_of_blocks_written_here()
    {
        using var directory = new TemporaryDirectory();
        var store = new LocalBlockStore(directory["blocks"]);
        var traces = Sending.Traces(90);
        await WriteAsync(store, Tenancy.SingleTenant, traces.Take(60), new BlockWriterOptions());
        await WriteAsync(store, Tenancy.SingleTenant, traces.Skip(30), new BlockWriterOptions { RowGroupBytes = 20_000, PageBytes = 1_000 });
        await WriteAsync(store, Tenancy.SingleTenant, Many(), new BlockWriterOptions());
        await using (var tempo = await RealTempo.StartAsync(directory, NoCompaction))
        {
            await tempo.ShowsAsync("tempodb_blocklist_length{tenant=\"single-tenant\"} 3");
            await AnswersAsync(tempo.Http, traces);
        }

        await using (var tempo = await RealTempo.StartAsync(directory, "{compaction: {compaction_window: 20h, compaction_cycle: 1s}}"))
        {
            await tempo.ShowsAsync("tempodb_compaction_blocks_total{level=\"0\"} 3");
            await tempo.ShowsAsync("tempodb_blocklist_length{tenant=\"single-tenant\"} 1");
            await tempo.ShowsAsync("tempodb_compaction_errors_total 0");
            await AnswersAsync(tempo.Http, traces);
        }

        var output = (await new BlockCatalog(store).ListBlocksAsync(Tenancy.SingleTenant, Ct)).ShouldHaveSingleItem();
        (output.CompactionLevel, output.TotalObjects).ShouldBe((1, traces.Count + DistinctTexts));
        (await BlockCheck.RunAsync(store, output, Ct)).Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task It_reads_the_tenant_index_written_here_and_writes_one_that_is_read_here()
    {
        using var directory = new TemporaryDirectory();
        var store = new LocalBlockStore(directory["blocks"]);
        var catalog = new BlockCatalog(store);
        var traces = Sending.Traces(4);
        DedicatedColumn[] columns = [new("peer.service"), new("host.name", DedicatedColumn.ResourceScope)];
        foreach (var tenant in new[] { "a", "b" })
        {
            await WriteAsync(store, tenant, tenant == "a" ? traces.Take(2) : traces.Skip(2), new BlockWriterOptions { DedicatedColumns = columns });
            var listing = await catalog.ListAsync(tenant, Ct);
            await catalog.WriteTenantIndexAsync(tenant, new(DateTimeOffset.UtcNow, listing.Live, listing.Compacted), Ct);
        }

        await store.DeleteAsync(BlockKeys.IndexProto("b"), Ct);
        await using (var tempo = await RealTempo.StartAsync(directory, NoCompaction, ", blocklist_poll_tenant_index_builders: 0, blocklist_poll_fallback: false", multitenancy: true))
        {
            await tempo.ShowsAsync("tempodb_blocklist_length{tenant=\"a\"} 1");
            await tempo.ShowsAsync("tempodb_blocklist_length{tenant=\"b\"} 1");
            foreach (var (trace, at) in traces.Select((trace, at) => (trace, at)))
            {
                var (owner, other) = at < 2 ? ("a", "b") : ("b", "a");
                TraceDiff.Compare(trace, (await FindAsync(tempo.Http, trace, owner)).ShouldNotBeNull()).ShouldBeEmpty();
                (await FindAsync(tempo.Http, trace, other)).ShouldBeNull();
            }
        }

        await catalog.DeleteTenantIndexAsync("a", Ct);
        await using (await RealTempo.StartAsync(directory, NoCompaction, multitenancy: true))
        {
            await Eventually.TrueAsync("the real Tempo has written an index", async () => await catalog.ReadTenantIndexAsync("a", Ct) is not null);
        }

        var written = (await catalog.ListBlocksAsync("a", Ct)).ShouldHaveSingleItem().ToJson();
        TenantIndex.ParseProto(await store.ReadAsync(BlockKeys.IndexProto("a"), Ct)).Live.ShouldHaveSingleItem().ToJson().ShouldBe(written);
        TenantIndex.ParseJson(await store.ReadAsync(BlockKeys.IndexJson("a"), Ct)).Live.ShouldHaveSingleItem().ToJson().ShouldBe(written);
    }

    private static Task<BlockMeta> WriteAsync(IBlockStore store, string tenant, IEnumerable<TracesData> traces, BlockWriterOptions options) =>
        new BlockWriter(store, options).WriteAsync(tenant, traces.Select(t => new TraceRecord(TraceId16.Parse(Sending.Id(t)), t)).OrderBy(r => r.Id), null, Ct);

    private static async Task AnswersAsync(HttpClient http, IReadOnlyList<TracesData> traces)
    {
        foreach (var trace in traces)
        {
            TraceDiff.Compare(trace, (await FindAsync(http, trace)).ShouldNotBeNull()).ShouldBeEmpty();
        }

        (await FindAsync(http, Many().Last())).ShouldNotBeNull();
        foreach (var i in new[] { 1, 1_000, DistinctTexts / 2, DistinctTexts })
        {
            (await SearchAsync(http, $"{{ span.unique = \"{Text(i)}\" }}")).ShouldBe([Sending.Id(One(i)).TrimStart('0')], $"text {i}");
        }

        (await SearchAsync(http, "{ span.unique = \"none\" }")).ShouldBeEmpty();
        var service = traces[0].ResourceSpans[0].Resource.Attributes.First(a => a.Key == "service.name").Value.StringValue;
        (await SearchAsync(http, $"{{ resource.service.name = \"{service}\" && nestedSetParent = -1 }} | select(name)", limit: 200))
            .ShouldContain(Sending.Id(traces[0]).TrimStart('0'));
        var tags = await http.GetStringAsync("/api/search/tags?scope=span&start=1&end=2000000000", Ct);
        JsonNode.Parse(tags)!["tagNames"]!.AsArray().Select(t => (string)t!).ShouldContain("unique");
    }

    private static async Task<IReadOnlyList<string>> SearchAsync(HttpClient http, string query, int limit = 20)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var body = await http.GetStringAsync($"/api/search?q={Uri.EscapeDataString(query)}&start={now - 7200}&end={now + 7200}&limit={limit}", Ct);
        return [.. JsonNode.Parse(body)!["traces"]!.AsArray().Select(t => (string)t!["traceID"]!)];
    }

    private static async Task<TracesData?> FindAsync(HttpClient http, TracesData trace, string? tenant = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/traces/{Sending.Id(trace)}?mode=blocks");
        request.Headers.Add("Accept", "application/protobuf");
        if (tenant is not null)
        {
            request.Headers.Add("X-Scope-OrgID", tenant);
        }

        using var response = await http.SendAsync(request, Ct);
        return response.StatusCode == System.Net.HttpStatusCode.NotFound ? null
            : TracesData.Parser.ParseFrom(await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(Ct));
    }

    private static IEnumerable<TracesData> Many() => Enumerable.Range(1, DistinctTexts).Select(One);

    private static string Text(int i) => $"a text of its own that no other span has, number {i:00000}";

    private static TracesData One(int i)
    {
        var start = (ulong)DateTimeOffset.UtcNow.AddMinutes(-1).ToUnixTimeSeconds() * 1_000_000_000;
        var span = new Span
        {
            TraceId = ByteString.CopyFrom(new TraceId16(0x7700000000000000, (ulong)i).ToByteArray()),
            SpanId = ByteString.CopyFrom(BitConverter.GetBytes((long)i)),
            Name = "one of many",
            StartTimeUnixNano = start,
            EndTimeUnixNano = start + 1_000_000,
            Attributes = { new KeyValue { Key = "unique", Value = new AnyValue { StringValue = Text(i) } } },
        };
        return new TracesData { ResourceSpans = { new ResourceSpans { Resource = new Resource(), ScopeSpans = { new ScopeSpans { Scope = new InstrumentationScope(), Spans = { span } } } } } };
    }
}
