namespace TempoCos.Pipeline.Tests.Blocks;

public sealed class ShowTests
{
    [Fact]
    public async Task Show_tells_where_the_bytes_are()
    {
        using var folder = await BlocksFolder.CreateAsync();

        var table = (await BlocksRun.RunAsync("show", "db6c", folder.Path, "--top", "3")).ShouldEnd(0).Out;
        table.ShouldContain("traces       209");
        table.ShouldContain("spans        6120");
        table.ShouldContain("Spans.list.element.SpanID");
        table.ShouldContain("(100 more columns: --all shows them)");
        table.ShouldContain("span.i");

        var json = (await BlocksRun.RunAsync("show", $"{BlocksFolder.Large:d}", folder.Path, "--format", "json")).ShouldEnd(0).Json;
        json.GetProperty("columns").GetArrayLength().ShouldBe(103);
        json.GetProperty("rowGroups")[0].GetProperty("traces").GetInt64().ShouldBe(209);
        json.GetProperty("blooms")[0].GetProperty("hashes").GetInt32().ShouldBe(7);
        var route = json.GetProperty("attributes").EnumerateArray().Single(a => a.GetProperty("scope").GetString() == "span" && a.GetProperty("key").GetString() == "http.route");
        route.GetProperty("hasColumn").GetBoolean().ShouldBeTrue();

        (await BlocksRun.RunAsync("show", "db6c", folder.Path, "--attributes", "false", "--format", "json")).ShouldEnd(0)
            .Json.GetProperty("attributes").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task The_location_may_come_first()
    {
        using var folder = await BlocksFolder.CreateAsync();

        (await BlocksRun.RunAsync("show", folder.Path, "3737", "--attributes")).ShouldEnd(0).Out.ShouldContain("traces       7");
        (await BlocksRun.RunAsync("verify", folder.Path, "3737", "db6c")).ShouldEnd(0).Out.ShouldContain("2 blocks checked");
        (await BlocksRun.RunAsync("trace", folder.Path, "1")).ShouldEnd(0);
    }

    [Theory]
    [InlineData("ffff", "TC244", 2)]
    [InlineData("zz", "TC244", 2)]
    [InlineData("same", "TC243", 2)]
    public async Task A_block_that_is_not_one_is_named(string id, string code, int exitCode)
    {
        using var folder = await BlocksFolder.CreateAsync();
        Directory.CreateDirectory(Path.Combine(folder.Path, BlocksFolder.Tenant, "37371bc6-0000-4000-8000-000000000000"));
        await File.WriteAllTextAsync(Path.Combine(folder.Path, BlocksFolder.Tenant, "37371bc6-0000-4000-8000-000000000000", "data.parquet"), "x", TestContext.Current.CancellationToken);

        var run = (await BlocksRun.RunAsync("show", id == "same" ? "37371bc6" : id, folder.Path)).ShouldEnd(exitCode);
        run.Error.ShouldContain(code);
        run.Out.ShouldBeEmpty();
    }
}
