using Microsoft.Extensions.Logging.Abstractions;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Querier;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Tests;

/// <summary>What queries keep open between them.</summary>
public sealed class BlockReadersTests
{
    [Fact]
    public async Task A_block_is_opened_once_and_goes_when_it_leaves_the_blocklist()
    {
        var stop = TestContext.Current.CancellationToken;
        using var directory = new TemporaryDirectory();
        var store = new LocalBlockStore(directory["blocks"]);
        var meta = await WriteAsync(store);
        var blocklist = await PolledAsync(store, stop);
        using var readers = new BlockReaders(store, blocklist);

        var opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => readers.OpenAsync(meta, stop).AsTask()));
        opened.Distinct().ShouldHaveSingleItem();
        await blocklist.PollAsync(stop);
        readers.Count.ShouldBe(1, "the block is still listed");

        await new BlockCatalog(store).DeleteBlockAsync(meta.TenantId, meta.BlockId, stop);
        await blocklist.PollAsync(stop);
        readers.Count.ShouldBe(0);
        await Should.ThrowAsync<ObjectNotFoundException>(() => readers.OpenAsync(meta, stop).AsTask());
        readers.Count.ShouldBe(0, "a failure is not kept");
    }

    [Fact]
    public async Task The_longest_unused_block_goes_when_the_bytes_are_used_up()
    {
        var stop = TestContext.Current.CancellationToken;
        using var directory = new TemporaryDirectory();
        var store = new LocalBlockStore(directory["blocks"]);
        var metas = new[] { await WriteAsync(store), await WriteAsync(store), await WriteAsync(store) };
        var blocklist = await PolledAsync(store, stop);
        using var one = new BlockReaders(store, blocklist, maxBytes: 1);
        using var all = new BlockReaders(store, blocklist);

        foreach (var meta in metas)
        {
            await one.OpenAsync(meta, stop);
            await all.OpenAsync(meta, stop);
        }

        one.Count.ShouldBe(1);
        all.Count.ShouldBe(3);
        var last = await one.OpenAsync(metas[2], stop);
        (await one.OpenAsync(metas[2], stop)).ShouldBeSameAs(last);
        await one.OpenAsync(metas[0], stop);
        (await one.OpenAsync(metas[2], stop)).ShouldNotBeSameAs(last);
    }

    private static Task<BlockMeta> WriteAsync(LocalBlockStore store)
    {
        var traces = Sending.Traces(3);
        var records = traces.Select(trace => new TraceRecord(TraceId16.Parse(Sending.Id(trace)), trace)).OrderBy(record => record.Id).ToList();
        return new BlockWriter(store, new()).WriteAsync(Tenancy.SingleTenant, records, null, TestContext.Current.CancellationToken);
    }

    private static async Task<Blocklist> PolledAsync(LocalBlockStore store, CancellationToken stop)
    {
        var tree = new ConfigurationTree(ConfigurationTree.Parse("test", "storage: {trace: {backend: local, local: {path: unused}}}"), new Dictionary<string, string>());
        var settings = StorageSettings.From(tree, Target.Parse("all"));
        var blocklist = new Blocklist(store, settings, builders: null, new(), TimeProvider.System, NullLogger<Blocklist>.Instance);
        await blocklist.PollAsync(stop);
        return blocklist;
    }
}
