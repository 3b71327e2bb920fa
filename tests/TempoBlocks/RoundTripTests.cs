using CsCheck;
using TempoCos.Otlp;

namespace TempoCos.TempoBlocks.Tests;

/// <summary>What the writer takes, the reader gives back.</summary>
public sealed class RoundTripTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Arbitrary_traces_survive()
    {
        using var temporary = new TemporaryStore();
        await RandomTraces.Records.SampleAsync(
            async records =>
            {
                var options = new BlockWriterOptions { RowGroupBytes = 20_000, PageBytes = 1_000 };
                var meta = await new BlockWriter(temporary.Store, options).WriteAsync("t", records, null, Ct);
                await using var reader = await BlockReader.OpenAsync(temporary.Store, meta, Ct);
                var read = await reader.ReadAllAsync(Ct).ToListAsync(Ct);
                read.Select(r => r.Id).ShouldBe(records.Select(r => r.Id));
                foreach (var (before, after) in records.Zip(read))
                {
                    Canonical.Lines(after.Trace).ShouldBe(Canonical.Lines(before.Trace));
                    (await reader.FindAsync(before.Id, Ct)).ShouldBe(after.Trace);
                }

                (await BlockCheck.RunAsync(temporary.Store, meta, Ct)).Problems.ShouldBeEmpty();
                await new BlockCatalog(temporary.Store).DeleteBlockAsync("t", meta.BlockId, Ct);
            },
            iter: 150,
            threads: 1);
        (await new BlockCatalog(temporary.Store).ListTenantsAsync(Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_mebibyte_of_distinct_texts_stays_whole_in_every_row_group()
    {
        using var temporary = new TemporaryStore();
        var traces = Enumerable.Range(1, 30_000).Select(i => Trace(i, new string((char)('a' + (i % 26)), 60) + i)).ToList();
        var meta = await new BlockWriter(temporary.Store, new BlockWriterOptions { RowGroupBytes = 12 << 20 })
            .WriteAsync("t", traces, new BlockDraft { ExpectedTraces = traces.Count }, Ct);
        meta.TotalRecords.ShouldBeGreaterThan(1);

        AssertDictionaries(temporary.DataPath(meta), "rs.list.element.ss.list.element.Spans.list.element.Attrs.list.element.Value.list.element", allowed: false);
        AssertDictionaries(temporary.DataPath(meta), "rs.list.element.ss.list.element.Spans.list.element.Attrs.list.element.Key", allowed: true);
        await using var reader = await BlockReader.OpenAsync(temporary.Store, meta, Ct);
        foreach (var i in new[] { 0, 1, 9_999, 20_000, 29_999 })
        {
            (await reader.FindAsync(traces[i].Id, Ct)).ShouldNotBeNull()
                .ResourceSpans[0].ScopeSpans[0].Spans[0].Attributes.ShouldBe(traces[i].Trace.ResourceSpans[0].ScopeSpans[0].Spans[0].Attributes);
        }
    }

    [Fact]
    public async Task Keys_have_dictionaries_even_when_these_are_large()
    {
        using var temporary = new TemporaryStore();
        var traces = Enumerable.Range(1, 20_000).Select(i => Trace(i, "v", key: new string('k', 70) + i)).ToList();
        var meta = await new BlockWriter(temporary.Store, new BlockWriterOptions()).WriteAsync("t", traces, null, Ct);
        AssertDictionaries(temporary.DataPath(meta), "rs.list.element.ss.list.element.Spans.list.element.Attrs.list.element.Key", allowed: true);
        (await BlockCheck.RunAsync(temporary.Store, meta, Ct)).Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Wrong_order_and_no_traces_are_refused_and_leave_nothing()
    {
        using var temporary = new TemporaryStore();
        var writer = new BlockWriter(temporary.Store, new BlockWriterOptions { TemporaryDirectory = temporary.Directory });
        await Should.ThrowAsync<ArgumentException>(() => writer.WriteAsync("t", [], null, Ct));
        await Should.ThrowAsync<ArgumentException>(() => writer.WriteAsync("t", [Trace(2, "b"), Trace(1, "a")], null, Ct));
        await Should.ThrowAsync<ArgumentException>(() => writer.WriteAsync("t", [Trace(1, "a"), Trace(1, "a")], null, Ct));
        Directory.GetFileSystemEntries(temporary.Directory).ShouldBeEmpty();
        await writer.WriteAsync("t", [Trace(1, "a"), Trace(2, "b")], null, Ct);
        (await temporary.Store.ListAsync("t/", Ct).Select(o => o.Key[(o.Key.LastIndexOf('/') + 1)..]).ToListAsync(Ct))
            .ShouldBe(["bloom-0", "data.parquet", "index", "meta.json"]);
    }

    internal static TraceRecord Trace(int id, string value, string key = "a")
    {
        var span = new Span
        {
            TraceId = Google.Protobuf.ByteString.CopyFrom(new TraceId16(0, (ulong)id).ToByteArray()),
            SpanId = Google.Protobuf.ByteString.CopyFrom(BitConverter.GetBytes((long)id)),
            Name = "op",
            StartTimeUnixNano = 1795255200000000000,
            EndTimeUnixNano = 1795255201000000000,
            Attributes = { new KeyValue { Key = key, Value = new AnyValue { StringValue = value } } },
        };
        return new TraceRecord(new TraceId16(0, (ulong)id), new TracesData { ResourceSpans = { new ResourceSpans { ScopeSpans = { new ScopeSpans { Spans = { span } } } } } });
    }

    // Data pages are all indexes of a dictionary, or none is.
    private static void AssertDictionaries(string path, string column, bool allowed)
    {
        using var file = new ParquetSharp.ParquetFileReader(path);
        for (var g = 0; g < file.FileMetaData.NumRowGroups; g++)
        {
            using var group = file.RowGroup(g);
            var index = Enumerable.Range(0, file.FileMetaData.NumColumns).Single(i => file.FileMetaData.Schema.Column(i).Path.ToDotString() == column);
            using var chunk = group.MetaData.GetColumnChunkMetaData(index);
            chunk.Encodings.Contains(ParquetSharp.Encoding.RleDictionary).ShouldBe(allowed, $"{column} in row group {g}");
            chunk.Encodings.Contains(ParquetSharp.Encoding.DeltaLengthByteArray).ShouldBe(!allowed, $"{column} in row group {g}");
        }
    }
}
