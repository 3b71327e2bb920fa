using TempoCos.TempoBlocks;

namespace TempoCos.Pipeline.Tests.Blocks;

public sealed class VerifyTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sound_blocks_are_exit_code_0()
    {
        using var folder = await BlocksFolder.CreateAsync();

        var run = (await BlocksRun.RunAsync("verify", folder.Path)).ShouldEnd(0);
        run.Out.ShouldContain($"ok       {BlocksFolder.Tenant}/{BlocksFolder.Small:d}  39.1 KiB, 7 traces, 40 spans, 1 row group");
        run.Out.ShouldContain("ok       single-tenant  tenant index of ");
        run.Out.ShouldContain("2 blocks checked, none damaged");
        (await BlocksRun.RunAsync("verify", "--quick", folder.Path, "--format", "json")).ShouldEnd(0).Json.GetProperty("sound").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("cut", "truncated")]
    [InlineData("empty", "0 bytes")]
    [InlineData("page", "")]
    [InlineData("foreign", "does not start with PAR1")]
    [InlineData("no data", "data.parquet is missing")]
    [InlineData("no bloom", "bloom-0 is missing")]
    [InlineData("more blooms", "bloom-1 is not one of")]
    [InlineData("lying bloom", "denies trace")]
    [InlineData("full bloom", "bits set")]
    [InlineData("no meta", "without meta.json")]
    [InlineData("garbage meta", "meta.json: a block's meta is not a JSON object")]
    [InlineData("wrong size", "its description says 40070")]
    [InlineData("wrong footer", "footer")]
    [InlineData("wrong count", "its description says 8")]
    [InlineData("wrong groups", "row groups")]
    [InlineData("other tenant", "describes elsewhere/")]
    [InlineData("index", "the object index")]
    [InlineData("tenant index", "index.pb.zst: not a tenant index")]
    [InlineData("stale tenant index", "is not there")]
    public async Task Each_kind_of_damage_is_exit_code_1_and_named(string damage, string finding)
    {
        using var folder = await BlocksFolder.CreateAsync();
        await DamageAsync(folder, damage);

        var run = (await BlocksRun.RunAsync("verify", folder.Path)).ShouldEnd(1);
        run.Out.ShouldContain("DAMAGED");
        run.Out.ShouldContain(finding);
        if (damage != "stale tenant index")
        {
            run.Out.ShouldContain($"ok       {BlocksFolder.Tenant}/{BlocksFolder.Large:d}");
        }

        (await BlocksRun.RunAsync("verify", folder.Path, "--format", "json")).ShouldEnd(1).Json.GetProperty("sound").GetBoolean().ShouldBeFalse();
        (await BlocksRun.RunAsync("verify", folder.Path, "db6c")).ExitCode.ShouldBe(damage == "stale tenant index" ? 2 : 0);
    }

    [Fact]
    public async Task Compacted_blocks_are_checked_on_request()
    {
        using var folder = await BlocksFolder.CreateAsync();
        File.Move(folder.File("meta.json"), folder.File("meta.compacted.json"));
        File.Delete(folder.File("bloom-0"));

        (await BlocksRun.RunAsync("verify", folder.Path)).ShouldEnd(0);
        (await BlocksRun.RunAsync("verify", folder.Path, "--compacted")).ShouldEnd(1).Out.ShouldContain("bloom-0 is missing");
        (await BlocksRun.RunAsync("verify", folder.Path, "3737")).ShouldEnd(1);
    }

    private static async Task DamageAsync(BlocksFolder folder, string damage)
    {
        var data = await File.ReadAllBytesAsync(folder.File("data.parquet"), Ct);
        var bloom = await File.ReadAllBytesAsync(folder.File("bloom-0"), Ct);
        var meta = BlockMeta.Parse(await File.ReadAllBytesAsync(folder.File("meta.json"), Ct));
        await (damage switch
        {
            "cut" => File.WriteAllBytesAsync(folder.File("data.parquet"), data[..^1000], Ct),
            "empty" => File.WriteAllBytesAsync(folder.File("data.parquet"), [], Ct),
            "page" => File.WriteAllBytesAsync(folder.File("data.parquet"), [.. data[..2000], .. new byte[3000], .. data[5000..]], Ct),
            "foreign" => File.WriteAllBytesAsync(folder.File("data.parquet"), [.. "this is text"u8, .. data[12..]], Ct),
            "no data" => DeleteAsync("data.parquet"),
            "no bloom" => DeleteAsync("bloom-0"),
            "more blooms" => File.WriteAllBytesAsync(folder.File("bloom-1"), bloom, Ct),
            "lying bloom" => File.WriteAllBytesAsync(folder.File("bloom-0"), [.. bloom[..24], .. new byte[bloom.Length - 24]], Ct),
            "full bloom" => File.WriteAllBytesAsync(folder.File("bloom-0"), [.. bloom[..24], .. Enumerable.Repeat((byte)255, bloom.Length - 24)], Ct),
            "no meta" => DeleteAsync("meta.json"),
            "garbage meta" => File.WriteAllTextAsync(folder.File("meta.json"), "[1]", Ct),
            "wrong size" => MetaAsync(meta with { Size = meta.Size + 1 }),
            "wrong footer" => MetaAsync(meta with { FooterSize = meta.FooterSize - 1 }),
            "wrong count" => MetaAsync(meta with { TotalObjects = 8 }),
            "wrong groups" => MetaAsync(meta with { TotalRecords = 2 }),
            "other tenant" => MetaAsync(meta with { TenantId = "elsewhere" }),
            "index" => File.WriteAllTextAsync(folder.File("index"), "{\"rowGroups\":[\"AAAAAAAAAAAAAAAAAAAAAA==\"]}", Ct),
            "tenant index" => File.WriteAllTextAsync(Path.Combine(folder.Path, BlocksFolder.Tenant, "index.pb.zst"), "garbage", Ct),
            _ => Task.Run(() => Directory.Delete(Path.GetDirectoryName(folder.File("x", BlocksFolder.Large))!, recursive: true), Ct),
        });

        Task MetaAsync(BlockMeta changed) => File.WriteAllBytesAsync(folder.File("meta.json"), changed.ToJson(), Ct);

        Task DeleteAsync(string name)
        {
            File.Delete(folder.File(name));
            return Task.CompletedTask;
        }
    }
}
