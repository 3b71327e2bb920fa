using TempoCos.Otlp;

namespace TempoCos.TempoBlocks.Tests;

/// <summary>Blocks that real Tempo wrote give back what it was sent.</summary>
public sealed class GoldenBlockTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_committed_block_gives_back_its_input()
    {
        var meta = await GoldenCorpus.MetaAsync(GoldenCorpus.CommittedStore, GoldenCorpus.SmallBlock);
        var input = OtlpJson.Read(Path.Combine(GoldenCorpus.Committed, "input", "part3.jsonl"));
        (await CompareAsync(GoldenCorpus.CommittedStore, meta, input)).ShouldBe(7);
    }

    [Fact]
    public async Task A_changed_input_is_told_from_the_block()
    {
        var meta = await GoldenCorpus.MetaAsync(GoldenCorpus.CommittedStore, GoldenCorpus.SmallBlock);
        var input = OtlpJson.Read(Path.Combine(GoldenCorpus.Committed, "input", "part3.jsonl"));
        input.Values.First().ResourceSpans[0].ScopeSpans[0].Spans[0].DroppedEventsCount++;
        await Assert.ThrowsAsync<ShouldAssertException>(() => CompareAsync(GoldenCorpus.CommittedStore, meta, input));
    }

    [Theory]
    [InlineData("vp4-level0", "120 part1.jsonl")]
    [InlineData("vp4-level0", "110 part2.jsonl")]
    [InlineData("vp4-level0", "7 part3.jsonl")]
    [InlineData("vp4-level1", "209 part1.jsonl part2.jsonl")]
    [InlineData("vp4-level1", "7 part3.jsonl")]
    [InlineData("vp5-level0", "120 part1.jsonl")]
    [InlineData("vp5-level0", "110 part2.jsonl")]
    [InlineData("vp5-level0", "7 part3.jsonl")]
    public async Task Every_trace_of_every_block_equals_what_was_sent(string folder, string content)
    {
        var parts = content.Split(' ');
        var store = GoldenCorpus.Store(folder);
        var meta = (await new BlockCatalog(store).ListBlocksAsync(GoldenCorpus.Tenant, Ct))
            .Single(m => m.TotalObjects == long.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture));
        var input = new SortedDictionary<TraceId16, TracesData>();
        foreach (var (id, part) in parts.Skip(1).SelectMany(p => OtlpJson.Read(Path.Combine(GoldenCorpus.Whole(), "input", p))))
        {
            input[id] = input.TryGetValue(id, out var other) ? TraceMerge.Combine([other, part]) : part;
        }

        (await CompareAsync(store, meta, input)).ShouldBe((int)meta.TotalObjects);
    }

    [Theory]
    [InlineData("120 part1.jsonl")]
    [InlineData("110 part2.jsonl")]
    [InlineData("7 part3.jsonl")]
    public async Task Every_trace_of_a_vParquet3_block_equals_what_was_sent_but_for_what_that_version_has_no_columns_for(string content)
    {
        var parts = content.Split(' ');
        var store = GoldenCorpus.Store("vp3-level0");
        var meta = (await new BlockCatalog(store).ListBlocksAsync(GoldenCorpus.Tenant, Ct))
            .Single(m => m.TotalObjects == long.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture));
        var input = OtlpJson.Read(Path.Combine(GoldenCorpus.Whole(), "input", parts[1]));
        await using var reader = await BlockReader.OpenAsync(store, meta, Ct);
        await foreach (var (id, trace) in reader.ReadAllAsync(Ct))
        {
            Canonical.Lines(WithoutLaterColumns(trace)).ShouldBe(Canonical.Lines(WithoutLaterColumns(input[id])), $"{id}");
            (await reader.FindAsync(id, Ct)).ShouldBe(trace);
        }
    }

    [Fact]
    public async Task Blocks_of_several_tenants_are_told_apart()
    {
        using var temporary = new TemporaryStore();
        var meta = await GoldenCorpus.MetaAsync(GoldenCorpus.CommittedStore, GoldenCorpus.SmallBlock);
        foreach (var tenant in new[] { "team-a", "team-b" })
        {
            await foreach (var entry in GoldenCorpus.CommittedStore.ListAsync(BlockKeys.Folder(meta.TenantId, meta.BlockId), Ct))
            {
                var name = entry.Key[(entry.Key.LastIndexOf('/') + 1)..];
                var content = name == "meta.json" ? (meta with { TenantId = tenant }).ToJson() : await GoldenCorpus.CommittedStore.ReadAsync(entry.Key, Ct);
                await temporary.Store.WriteAsync($"{tenant}/{meta.BlockId:d}/{name}", content, Ct);
            }
        }

        var catalog = new BlockCatalog(temporary.Store);
        (await catalog.ListTenantsAsync(Ct)).ShouldBe(["team-a", "team-b"]);
        var input = OtlpJson.Read(Path.Combine(GoldenCorpus.Committed, "input", "part3.jsonl"));
        foreach (var tenant in new[] { "team-a", "team-b" })
        {
            var found = (await catalog.ListBlocksAsync(tenant, Ct)).ShouldHaveSingleItem();
            found.TenantId.ShouldBe(tenant);
            (await CompareAsync(temporary.Store, found, input)).ShouldBe(7);
        }
    }

    [Theory]
    [InlineData("vp4-level0")]
    [InlineData("vp4-level1")]
    [InlineData("vp5-level0")]
    [InlineData("vp3-level0")]
    public async Task Every_recorded_block_is_sound(string folder)
    {
        var store = GoldenCorpus.Store(folder);
        foreach (var meta in await new BlockCatalog(store).ListBlocksAsync(GoldenCorpus.Tenant, Ct))
        {
            var check = await BlockCheck.RunAsync(store, meta, Ct);
            check.Problems.ShouldBeEmpty();
            check.Traces.ShouldBe(meta.TotalObjects);
        }
    }

    [Fact]
    public async Task Summaries_agree_with_the_traces()
    {
        var meta = await GoldenCorpus.MetaAsync(GoldenCorpus.CommittedStore, GoldenCorpus.CompactedBlock);
        await using var reader = await BlockReader.OpenAsync(GoldenCorpus.CommittedStore, meta, Ct);
        var traces = await reader.ReadAllAsync(Ct).ToListAsync(Ct);
        var summaries = await reader.ReadTraceSummariesAsync(Ct).ToListAsync(Ct);
        summaries.Select(s => s.Id).ShouldBe(traces.Select(t => t.Id));
        foreach (var (summary, trace) in summaries.Zip(traces))
        {
            summary.Services.Sum(s => s.SpanCount).ShouldBe(Spans(trace.Trace).Count());
            summary.EndTimeUnixNano.ShouldBe(Spans(trace.Trace).Max(s => s.EndTimeUnixNano));
        }
    }

    internal static IEnumerable<Span> Spans(TracesData trace) => trace.ResourceSpans.SelectMany(r => r.ScopeSpans).SelectMany(s => s.Spans);

    private static TracesData WithoutLaterColumns(TracesData trace)
    {
        var copy = trace.Clone();
        foreach (var resource in copy.ResourceSpans.Where(r => r.Resource is not null))
        {
            resource.Resource.DroppedAttributesCount = 0;
        }

        foreach (var scope in copy.ResourceSpans.SelectMany(r => r.ScopeSpans).Where(s => s.Scope is not null))
        {
            scope.Scope.Attributes.Clear();
            scope.Scope.DroppedAttributesCount = 0;
        }

        foreach (var value in Spans(copy).SelectMany(s => s.Attributes).Select(a => a.Value).Where(v => v?.HasBytesValue == true))
        {
            value.ClearValue();
        }

        return copy;
    }

    private static async Task<int> CompareAsync(IBlockStore store, BlockMeta meta, SortedDictionary<TraceId16, TracesData> input)
    {
        await using var reader = await BlockReader.OpenAsync(store, meta, Ct);
        var all = await reader.ReadAllAsync(Ct).ToListAsync(Ct);
        all.Select(t => t.Id).ShouldBe(input.Keys);
        foreach (var (id, trace) in all)
        {
            Canonical.Lines(trace).ShouldBe(Canonical.Lines(input[id]), $"streamed trace {id}");
            var found = (await reader.FindAsync(id, Ct)).ShouldNotBeNull($"trace {id} by id");
            found.ShouldBe(trace, $"trace {id} by id");
        }

        (await reader.FindAsync(TraceId16.Parse("0123456789abcdef0123456789abcdef"), Ct)).ShouldBeNull();
        return all.Count;
    }
}
