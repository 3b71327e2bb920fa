using TempoCos.TempoBlocks.Blooms;

namespace TempoCos.TempoBlocks.Tests;

/// <summary>Bloom objects are Tempo's, bit for bit.</summary>
public sealed class BloomTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("37371bc6-573c-4852-8d0e-f8a27fa4838a")]
    [InlineData("db6c914e-a4e6-4a37-b063-c7a4e19a48b9")]
    public async Task The_same_ids_give_the_object_that_Tempo_wrote(string block)
    {
        var meta = await GoldenCorpus.MetaAsync(GoldenCorpus.CommittedStore, Guid.Parse(block));
        await using var reader = await BlockReader.OpenAsync(GoldenCorpus.CommittedStore, meta, Ct);
        var filter = new BloomFilter(meta.TotalObjects, 100 * 1024, 0.01);
        await foreach (var trace in reader.ReadAllAsync(Ct))
        {
            (await reader.MayContainAsync(trace.Id, Ct)).ShouldBeTrue();
            filter.Add(trace.Id);
        }

        var recorded = await GoldenCorpus.CommittedStore.ReadAsync(BlockKeys.Bloom(meta.TenantId, meta.BlockId, 0), Ct);
        filter.Shards.ShouldHaveSingleItem().ToBytes().ShouldBe(recorded);
    }

    [Fact]
    public void Many_ids_take_several_shards_and_few_strangers_pass()
    {
        var random = new Random(1);
        var ids = Enumerable.Range(0, 200_000).Select(_ => new TraceId16((ulong)random.NextInt64(), (ulong)random.NextInt64())).ToList();
        var filter = new BloomFilter(ids.Count, 100 * 1024, 0.01);
        ids.ForEach(filter.Add);
        filter.Shards.Count.ShouldBe(3);
        var shards = filter.Shards.Select(s => BloomShard.Parse(s.ToBytes())).ToList();
        ids.ShouldAllBe(id => shards[BloomFilter.ShardOf(id, shards.Count)].MayContain(id));
        var strangers = Enumerable.Range(0, 10_000).Select(_ => new TraceId16((ulong)random.NextInt64(), (ulong)random.NextInt64()))
            .Count(id => shards[BloomFilter.ShardOf(id, shards.Count)].MayContain(id));
        strangers.ShouldBeLessThan(200);
    }

    [Fact]
    public void An_object_whose_sizes_disagree_is_refused()
    {
        var bytes = new BloomShard(1024, 7).ToBytes();
        Should.NotThrow(() => BloomShard.Parse(bytes));
        Should.Throw<InvalidDataException>(() => BloomShard.Parse(bytes.AsSpan(0, bytes.Length - 1)));
        Should.Throw<InvalidDataException>(() => BloomShard.Parse([]));
        bytes[15] = 0;
        Should.Throw<InvalidDataException>(() => BloomShard.Parse(bytes));
    }
}
