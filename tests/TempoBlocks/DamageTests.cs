namespace TempoCos.TempoBlocks.Tests;

/// <summary>Damaged blocks give an error that names the block and the reason; nothing else, and always in bounded time.</summary>
public sealed class DamageTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_truncated_file_is_named_damaged_at_every_length()
    {
        using var block = await DamagedBlock.CreateAsync();
        (await ReadAsync(block)).ShouldBeNull("the undamaged block");
        for (var length = 0; length < block.Content.Length; length += Math.Max(1, block.Content.Length / 97))
        {
            block.Write(block.Content[..length]);
            var error = (await ReadAsync(block)).ShouldNotBeNull($"{length} bytes");
            error.Block.ShouldBe(block.Meta.Name);
            error.Reason.ShouldNotBeEmpty();
        }
    }

    [Fact]
    public async Task Flipped_bytes_give_traces_or_an_error_that_names_the_block()
    {
        using var block = await DamagedBlock.CreateAsync();
        var random = new Random(20261123);
        var errors = 0;
        for (var round = 0; round < 400; round++)
        {
            var bytes = block.Content.ToArray();
            for (var flips = random.Next(1, 5); flips > 0; flips--)
            {
                // Half of them in the footer and the page indexes, where they do the most.
                var position = round % 2 == 0 ? random.Next(bytes.Length) : bytes.Length - 1 - random.Next(block.Meta.FooterSize + 8000);
                bytes[position] ^= (byte)random.Next(1, 256);
            }

            block.Write(bytes);
            errors += await ReadAsync(block, round) is null ? 0 : 1;
        }

        errors.ShouldBeGreaterThan(100);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PAR1")]
    [InlineData("this is not a parquet file, although it is long enough to be one")]
    public async Task A_foreign_file_is_refused(string content)
    {
        using var block = await DamagedBlock.CreateAsync();
        var bytes = System.Text.Encoding.ASCII.GetBytes(content);
        block.Write(bytes);
        foreach (var size in new[] { block.Meta.Size, bytes.Length })
        {
            (await ReadAsync(block with { Meta = block.Meta with { Size = size } })).ShouldNotBeNull();
            (await ReadAsync(block with { Meta = block.Meta with { Size = size, FooterSize = 0 } })).ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task A_wrong_footer_size_is_named_and_an_unknown_one_is_found_out()
    {
        using var block = await DamagedBlock.CreateAsync();
        (await ReadAsync(block with { Meta = block.Meta with { FooterSize = block.Meta.FooterSize - 1 } })).ShouldNotBeNull().Reason.ShouldContain("footer");
        (await ReadAsync(block with { Meta = block.Meta with { FooterSize = 0 } })).ShouldBeNull();
    }

    [Fact]
    public async Task The_examination_finds_each_kind_of_damage()
    {
        using var block = await DamagedBlock.CreateAsync();
        (await FindingsAsync(block)).ShouldBeEmpty();
        (await FindingsAsync(block with { Meta = block.Meta with { TotalObjects = 8 } })).ShouldContain("7 traces");
        (await FindingsAsync(block with { Meta = block.Meta with { TotalRecords = 2 } })).ShouldContain("row groups");
        (await FindingsAsync(block with { Meta = block.Meta with { BloomShards = 2 } })).ShouldContain("bloom-1 is missing");
        (await FindingsAsync(block with { Meta = block.Meta with { Size = 5 } })).ShouldContain("its description says 5");

        var bloom = BlockKeys.Bloom(block.Meta.TenantId, block.Meta.BlockId, 0);
        var content = await block.Store.ReadAsync(bloom, Ct);
        Array.Clear(content, 24, content.Length - 24);
        await block.Store.WriteAsync(bloom, content, Ct);
        (await FindingsAsync(block)).ShouldContain("denies trace");
        await block.Store.DeleteAsync(BlockKeys.Data(block.Meta.TenantId, block.Meta.BlockId), Ct);
        (await FindingsAsync(block)).ShouldContain("data.parquet is missing");
    }

    private static async Task<string> FindingsAsync(DamagedBlock block) =>
        string.Join('\n', (await BlockCheck.RunAsync(block.Store, block.Meta, Ct)).Problems);

    // Streams everything, and looks every id up; the first damage met, or null.
    private static async Task<BlockFormatException?> ReadAsync(DamagedBlock block, int round = 0)
    {
        BlockFormatException? damage = null;
        var work = Task.Run(
            async () =>
            {
                try
                {
                    await using var reader = await BlockReader.OpenAsync(block.Store, block.Meta, Ct);
                    await CatchAsync(async () => await reader.ReadAllAsync(Ct).CountAsync(Ct));
                    await CatchAsync(async () => await reader.ReadTraceSummariesAsync(Ct).CountAsync(Ct));
                    await CatchAsync(() => reader.FindAsync(block.Ids[round % block.Ids.Count], Ct));
                }
                catch (BlockFormatException e)
                {
                    damage ??= e;
                }
            },
            Ct);
        await work.WaitAsync(Deadline, Ct);
        return damage;

        async Task CatchAsync(Func<Task> read)
        {
            try
            {
                await read();
            }
            catch (BlockFormatException e)
            {
                damage ??= e;
            }
        }
    }
}
