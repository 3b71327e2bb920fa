using CsCheck;
using TempoCos.Otlp;

namespace TempoCos.TempoBlocks.Tests;

/// <summary>What compaction makes of its inputs, and what is left when it is killed.</summary>
public sealed class CompactionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_output_holds_what_merging_the_inputs_traces_gives()
    {
        using var temporary = new TemporaryStore();
        await RandomTraces.Records.Array[2, 3].SampleAsync(
            async blocks =>
            {
                // Every other trace is in several blocks, with some spans repeated and some not.
                var parts = blocks.Select((records, i) => records.Select((r, at) => at % 2 == 0 ? r with { Id = new TraceId16(0, (ulong)at + 1) } : r with { Id = new TraceId16((ulong)i + 1, (ulong)at + 1) })
                    .OrderBy(r => r.Id).ToList()).ToList();
                var inputs = new List<BlockMeta>();
                var expected = new SortedDictionary<TraceId16, List<TracesData>>();
                foreach (var records in parts)
                {
                    var meta = await new BlockWriter(temporary.Store, new BlockWriterOptions()).WriteAsync("t", records, null, Ct);
                    inputs.Add(meta);
                    await using var reader = await BlockReader.OpenAsync(temporary.Store, meta, Ct);
                    await foreach (var record in reader.ReadAllAsync(Ct))
                    {
                        expected.TryAdd(record.Id, []);
                        expected[record.Id].Add(record.Trace);
                    }
                }

                var output = await new BlockCompactor(temporary.Store, new BlockWriterOptions { RowGroupBytes = 50_000 }).CompactAsync(inputs, Ct);
                await using var compacted = await BlockReader.OpenAsync(temporary.Store, output, Ct);
                var actual = await compacted.ReadAllAsync(Ct).ToListAsync(Ct);
                actual.Select(r => r.Id).ShouldBe(expected.Keys);
                foreach (var record in actual)
                {
                    var merged = expected[record.Id] is var all && all.TrueForAll(p => p.Equals(all[0])) ? all[0] : TraceMerge.Combine(all);
                    Canonical.Lines(record.Trace).ShouldBe(Canonical.Lines(merged));
                }

                (await BlockCheck.RunAsync(temporary.Store, output, Ct)).Problems.ShouldBeEmpty();
                (await new BlockCatalog(temporary.Store).ListBlocksAsync("t", Ct)).ShouldHaveSingleItem().BlockId.ShouldBe(output.BlockId);
                Directory.Delete(Path.Combine(temporary.Directory, "t"), recursive: true);
            },
            iter: 25,
            threads: 1);
    }

    [Fact]
    public async Task A_trace_that_would_become_too_large_keeps_its_first_part_only()
    {
        using var temporary = new TemporaryStore();
        var inputs = await BlocksAsync(temporary.Store);
        var tally = new CompactionTally();
        var output = await new BlockCompactor(temporary.Store, new BlockWriterOptions()) { MaxBytesPerTrace = 50 }.CompactAsync(inputs, Ct, tally);
        (await SpansAsync(temporary.Store, output)).ShouldBe(["1: a", "2: b", "3: c"]);
        (tally.DiscardedSpans, tally.CombinedTraces).ShouldBe((1, 0));

        inputs = await BlocksAsync(temporary.Store);
        output = await new BlockCompactor(temporary.Store, new BlockWriterOptions()) { MaxBytesPerTrace = 5_000 }.CompactAsync(inputs, Ct, tally);
        (await SpansAsync(temporary.Store, output)).ShouldBe(["1: a", "2: B b", "3: c"], ignoreOrder: false);
        (tally.DiscardedSpans, tally.CombinedTraces).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_compaction_killed_at_any_change_loses_nothing_and_leaves_only_what_is_cleared_later()
    {
        for (var changes = 0; ; changes++)
        {
            using var temporary = new TemporaryStore();
            var inputs = await BlocksAsync(temporary.Store);
            var dying = new FailingStore(temporary.Store, changes);
            try
            {
                await new BlockCompactor(dying, new BlockWriterOptions()).CompactAsync(inputs, Ct);
            }
            catch (IOException)
            {
                // Killed.
            }

            if (!dying.IsDead)
            {
                changes.ShouldBe(8);
                break;
            }

            // The next compactor finds live blocks that have every span between them, and makes one of them.
            var catalog = new BlockCatalog(temporary.Store);
            var live = await catalog.ListBlocksAsync("t", Ct);
            live.ShouldNotBeEmpty();
            var output = await new BlockCompactor(temporary.Store, new BlockWriterOptions()).CompactAsync(live, Ct);
            (await SpansAsync(temporary.Store, output)).ShouldBe(["1: a", "2: B b", "3: c"], $"killed at change {changes}");

            // What was being written is taken for alive at first, and is gone later.
            var listing = await catalog.ListAsync("t", Ct);
            (await catalog.DeleteAbandonedAsync("t", listing, DateTimeOffset.UtcNow.AddHours(-1), Ct)).ShouldBe(0);
            await catalog.DeleteAbandonedAsync("t", listing, DateTimeOffset.UtcNow.AddHours(1), Ct);
            foreach (var block in listing.Compacted)
            {
                await catalog.DeleteBlockAsync("t", block.Meta.BlockId, Ct);
            }

            (await temporary.Store.ListFoldersAsync("t/", Ct)).ShouldBe([$"t/{output.BlockId:d}"], $"killed at change {changes}");
        }
    }

    [Fact]
    public async Task A_write_that_fails_leaves_nothing()
    {
        using var temporary = new TemporaryStore();
        var writer = new BlockWriter(new UnwritableMeta(temporary.Store), new BlockWriterOptions { TemporaryDirectory = temporary.Directory });
        await Should.ThrowAsync<IOException>(() => writer.WriteAsync("t", [RoundTripTests.Trace(1, "x")], null, Ct));
        Directory.GetFileSystemEntries(temporary.Directory).ShouldBeEmpty();
    }

    [Fact]
    public async Task Partial_files_of_a_killed_writer_are_no_objects_and_go_when_they_are_old()
    {
        using var temporary = new TemporaryStore();
        var meta = await new BlockWriter(temporary.Store, new BlockWriterOptions()).WriteAsync("t", [RoundTripTests.Trace(1, "x")], null, Ct);
        var partial = Path.Combine(temporary.Directory, "t", $"{Guid.NewGuid():d}", "data.parquet.1.partial");
        Directory.CreateDirectory(Path.GetDirectoryName(partial)!);
        await File.WriteAllTextAsync(partial, "PAR1", Ct);
        (await temporary.Store.ListAsync("t/", Ct).CountAsync(Ct)).ShouldBe(4);
        await temporary.Store.DeleteUnfinishedAsync("t/", DateTimeOffset.UtcNow.AddHours(-1), Ct);
        File.Exists(partial).ShouldBeTrue();
        await temporary.Store.DeleteUnfinishedAsync("t/", DateTimeOffset.UtcNow.AddHours(1), Ct);
        (await temporary.Store.ListFoldersAsync("t/", Ct)).ShouldBe([$"t/{meta.BlockId:d}"]);
    }

    [Fact]
    public async Task An_input_that_is_gone_is_told_and_nothing_is_written()
    {
        using var temporary = new TemporaryStore();
        var inputs = await BlocksAsync(temporary.Store);
        await new BlockCatalog(temporary.Store).MarkCompactedAsync("t", inputs[1].BlockId, Ct);
        var failure = await Should.ThrowAsync<ObjectNotFoundException>(() => new BlockCompactor(temporary.Store, new BlockWriterOptions()).CompactAsync(inputs, Ct));
        failure.Key.ShouldContain($"{inputs[1].BlockId:d}");
        (await new BlockCatalog(temporary.Store).ListBlocksAsync("t", Ct)).ShouldHaveSingleItem().BlockId.ShouldBe(inputs[0].BlockId);
    }

    [Fact]
    public async Task A_listing_knows_flagged_and_unpublished_blocks_and_reads_known_descriptions_no_more()
    {
        using var temporary = new TemporaryStore();
        var inputs = await BlocksAsync(temporary.Store);
        var catalog = new BlockCatalog(temporary.Store);
        await temporary.Store.WriteAsync(BlockKeys.NoCompact("t", inputs[0].BlockId), Array.Empty<byte>(), Ct);
        var unpublished = Guid.NewGuid();
        await temporary.Store.WriteAsync(BlockKeys.Data("t", unpublished), "PAR1"u8.ToArray(), Ct);
        var listing = await catalog.ListAsync("t", Ct);
        listing.Held.ShouldBe([inputs[0].BlockId]);
        listing.Unpublished.ShouldHaveSingleItem().Block.ShouldBe(unpublished);

        await temporary.Store.WriteAsync(BlockKeys.Meta("t", inputs[0].BlockId), "{"u8.ToArray(), Ct);
        (await catalog.ListAsync("t", Ct, listing)).Damaged.ShouldBeEmpty();
        (await catalog.ListAsync("t", Ct)).Damaged.ShouldHaveSingleItem();
    }

    // Trace 2 is in both, with another span each.
    private static async Task<List<BlockMeta>> BlocksAsync(IBlockStore store)
    {
        var writer = new BlockWriter(store, new BlockWriterOptions());
        var other = RoundTripTests.Trace(2, "B");
        other.Trace.ResourceSpans[0].ScopeSpans[0].Spans[0].SpanId = Google.Protobuf.ByteString.CopyFrom(new byte[8]);
        return
        [
            await writer.WriteAsync("t", [RoundTripTests.Trace(1, "a"), RoundTripTests.Trace(2, "b")], null, Ct),
            await writer.WriteAsync("t", [other, RoundTripTests.Trace(3, "c")], null, Ct),
        ];
    }

    private static async Task<List<string>> SpansAsync(IBlockStore store, BlockMeta meta)
    {
        await using var reader = await BlockReader.OpenAsync(store, meta, Ct);
        return await reader.ReadAllAsync(Ct).Select(r => $"{r.Id.Low}: {string.Join(' ', r.Trace.ResourceSpans.SelectMany(x => x.ScopeSpans).SelectMany(s => s.Spans).Select(s => s.Attributes[0].Value.StringValue))}").ToListAsync(Ct);
    }

    private sealed class UnwritableMeta(IBlockStore inner) : IBlockStore
    {
        public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken ct) => inner.ListAsync(prefix, ct);

        public Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken ct) => inner.ListFoldersAsync(prefix, ct);

        public Task<byte[]> ReadAsync(string key, CancellationToken ct) => inner.ReadAsync(key, ct);

        public Task ReadRangeAsync(string key, long offset, Memory<byte> destination, CancellationToken ct) => inner.ReadRangeAsync(key, offset, destination, ct);

        public Task WriteAsync(string key, Stream content, CancellationToken ct) => inner.WriteAsync(key, content, ct);

        public Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken ct) =>
            key.EndsWith("meta.json", StringComparison.Ordinal) ? Task.FromException(new IOException("no space left")) : inner.WriteAsync(key, content, ct);

        public Task CopyAsync(string from, string to, CancellationToken ct) => inner.CopyAsync(from, to, ct);

        public Task DeleteAsync(string key, CancellationToken ct) => inner.DeleteAsync(key, ct);

        public Task DeleteUnfinishedAsync(string prefix, DateTimeOffset before, CancellationToken ct) => inner.DeleteUnfinishedAsync(prefix, before, ct);
    }
}
