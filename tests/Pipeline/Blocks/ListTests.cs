namespace TempoCos.Pipeline.Tests.Blocks;

public sealed class ListTests
{
    [Fact]
    public async Task List_shows_every_block_and_totals()
    {
        using var folder = await BlocksFolder.CreateAsync();
        File.Move(folder.File("meta.json"), folder.File("meta.compacted.json"));

        var table = (await BlocksRun.RunAsync("list", folder.Path, "--spans")).ShouldEnd(0);
        table.Out.Split('\n').ShouldContain(line => line.Contains($"{BlocksFolder.Large:d}  live", StringComparison.Ordinal) && line.Contains("209   6120  396.4 KiB", StringComparison.Ordinal));
        table.Out.Split('\n').ShouldContain(line => line.Contains($"{BlocksFolder.Small:d}  compacted", StringComparison.Ordinal));
        table.Error.ShouldBeEmpty();

        var json = (await BlocksRun.RunAsync("list", folder.Path, "--spans", "--format", "json")).ShouldEnd(0).Json;
        json.GetProperty("blocks").EnumerateArray().Select(b => b.GetProperty("state").GetString()).ShouldBe(["live", "compacted"]);
        var total = json.GetProperty("tenants")[0];
        (total.GetProperty("blocks").GetInt32(), total.GetProperty("compactedBlocks").GetInt32()).ShouldBe((1, 1));
        (total.GetProperty("traces").GetInt64(), total.GetProperty("spans").GetInt64()).ShouldBe((209, 6120));
        json.GetProperty("windows").GetArrayLength().ShouldBe(2);
        json.GetProperty("windows")[0].GetProperty("windowStart").GetString().ShouldBe("2026-11-21T13:00:00Z");
    }

    [Fact]
    public async Task Tenants_are_listed_together_or_alone()
    {
        using var folder = await BlocksFolder.CreateAsync();
        await folder.AddTenantAsync("other");

        (await BlocksRun.RunAsync("list", folder.Path, "--format", "json")).ShouldEnd(0).Json.GetProperty("blocks").GetArrayLength().ShouldBe(4);
        (await BlocksRun.RunAsync("list", folder.Path + "/", "--tenant", "other", "--format", "json")).ShouldEnd(0).Json.GetProperty("blocks").GetArrayLength().ShouldBe(2);
        (await BlocksRun.RunAsync("list", folder.Path, "--tenant", "nobody")).ShouldEnd(2).Error.ShouldContain("other, single-tenant");
        (await BlocksRun.RunAsync("trace", "1", folder.Path)).ShouldEnd(2).Error.ShouldContain("TC243");
        (await BlocksRun.RunAsync("trace", "1", folder.Path, "--tenant", "other")).ShouldEnd(0).Out.ShouldContain($"in block other/{BlocksFolder.Large:d}");
    }

    [Fact]
    public async Task What_is_damaged_or_unpublished_is_listed_and_named()
    {
        using var folder = await BlocksFolder.CreateAsync();
        await File.WriteAllTextAsync(folder.File("meta.json"), "{\"format\":", TestContext.Current.CancellationToken);
        File.Delete(folder.File("meta.json", BlocksFolder.Large));

        var list = (await BlocksRun.RunAsync("list", folder.Path)).ShouldEnd(0);
        list.Out.ShouldContain($"{BlocksFolder.Small:d}  damaged");
        list.Out.ShouldContain($"{BlocksFolder.Large:d}  unpublished");
        list.Out.ShouldContain($"{BlocksFolder.Tenant}/{BlocksFolder.Small:d}: meta.json: not a block's meta.json");
    }

    [Fact]
    public async Task An_empty_place_lists_nothing_and_verifies_nothing()
    {
        using var folder = await BlocksFolder.CreateAsync();
        var empty = Directory.CreateDirectory(Path.Combine(folder.Path, "empty", "empty")).Parent!.FullName;

        (await BlocksRun.RunAsync("list", empty)).ShouldEnd(0).Out.ShouldContain("No blocks");
        (await BlocksRun.RunAsync("verify", empty)).ShouldEnd(3).Error.ShouldContain("TC242");
        (await BlocksRun.RunAsync("list", Path.Combine(folder.Path, "nowhere"))).ShouldEnd(3).Error.ShouldContain("TC246");
        (await BlocksRun.RunAsync("list", Path.Combine(folder.Path, BlocksFolder.Tenant))).ShouldEnd(2).Error.ShouldContain("tenant's folder");
    }
}
