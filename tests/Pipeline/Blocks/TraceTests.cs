using System.Text.Json.Nodes;
using Google.Protobuf;
using TempoCos.Otlp;
using TempoCos.TempoBlocks;

namespace TempoCos.Pipeline.Tests.Blocks;

public sealed class TraceTests
{
    private static readonly string[] Ids = ["traceId", "spanId", "parentSpanId"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_trace_is_a_tree_or_OTLP_and_says_which_block_held_it()
    {
        using var folder = await BlocksFolder.CreateAsync();
        var (id, expected) = (await ReadAsync(folder, BlocksFolder.Small))[0];

        var table = (await BlocksRun.RunAsync("trace", id.ToString(), folder.Path)).ShouldEnd(0);
        table.Out.ShouldContain($"in block {BlocksFolder.Tenant}/{BlocksFolder.Small:d}");
        foreach (var span in expected.ResourceSpans.SelectMany(r => r.ScopeSpans).SelectMany(s => s.Spans))
        {
            table.Out.ShouldContain(span.Name);
        }

        var json = (await BlocksRun.RunAsync("trace", id.ToStrippedString(), folder.Path, "--format", "json")).ShouldEnd(0);
        Parse(json.Out).ShouldBe(Normal(expected));
        json.Error.ShouldBe($"in block {BlocksFolder.Tenant}/{BlocksFolder.Small:d}\n");
    }

    [Fact]
    public async Task A_trace_that_is_nowhere_is_exit_code_1()
    {
        using var folder = await BlocksFolder.CreateAsync();

        var run = (await BlocksRun.RunAsync("trace", "0123456789abcdef0123456789abcdef", folder.Path, "--format", "json")).ShouldEnd(1);
        run.Error.ShouldContain("TC245");
        run.Out.ShouldBeEmpty();
        (await BlocksRun.RunAsync("trace", "not-hex", folder.Path)).ShouldEnd(2).Error.ShouldContain("TC247");
    }

    [Fact]
    public async Task A_damaged_block_does_not_hide_the_others()
    {
        using var folder = await BlocksFolder.CreateAsync();
        var (id, _) = (await ReadAsync(folder, BlocksFolder.Small))[0];
        await File.WriteAllTextAsync(folder.File("data.parquet", BlocksFolder.Large), "gone", Ct);

        (await BlocksRun.RunAsync("trace", id.ToString(), folder.Path)).ShouldEnd(0);
        var run = (await BlocksRun.RunAsync("trace", "1", folder.Path)).ShouldEnd(1);
        run.Error.ShouldContain($"block {BlocksFolder.Tenant}/{BlocksFolder.Large:d} could not be searched");
    }

    [Fact]
    public async Task Export_writes_every_trace_once_as_standard_OTLP_JSON()
    {
        using var folder = await BlocksFolder.CreateAsync();
        var expected = (await ReadAsync(folder, BlocksFolder.Small)).Concat(await ReadAsync(folder, BlocksFolder.Large)).OrderBy(t => t.Id).ToList();

        var run = (await BlocksRun.RunAsync("export", folder.Path)).ShouldEnd(0);
        var lines = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(expected.Count);
        foreach (var (line, trace) in lines.Zip(expected))
        {
            Parse(line).ShouldBe(Normal(trace.Trace));
        }

        (await BlocksRun.RunAsync("export", "3737", folder.Path)).ShouldEnd(0).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(7);
        (await BlocksRun.RunAsync("export", "3737", folder.Path, "--format", "table")).ShouldEnd(0).Out.ShouldContain("frontend: GET /");
    }

    [Fact]
    public async Task A_trace_of_two_blocks_is_exported_once_and_damage_ends_in_exit_code_1()
    {
        using var folder = await BlocksFolder.CreateAsync();
        var copy = Guid.NewGuid();
        await foreach (var entry in folder.Store.ListAsync(BlockKeys.Folder(BlocksFolder.Tenant, BlocksFolder.Small), Ct))
        {
            var content = await folder.Store.ReadAsync(entry.Key, Ct);
            content = entry.Key.EndsWith("meta.json", StringComparison.Ordinal) ? (BlockMeta.Parse(content) with { BlockId = copy }).ToJson() : content;
            await folder.Store.WriteAsync(entry.Key.Replace($"{BlocksFolder.Small:d}", $"{copy:d}", StringComparison.Ordinal), content, Ct);
        }

        (await BlocksRun.RunAsync("export", folder.Path)).ShouldEnd(0).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(216);
        await File.WriteAllTextAsync(folder.File("data.parquet", BlocksFolder.Large), "gone", Ct);
        var run = (await BlocksRun.RunAsync("export", folder.Path)).ShouldEnd(1);
        run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(7);
        run.Error.ShouldContain("TC248");
    }

    private static async Task<List<TraceRecord>> ReadAsync(BlocksFolder folder, Guid block)
    {
        var meta = (await new BlockCatalog(folder.Store).ReadMetaAsync(BlocksFolder.Tenant, block, Ct)).ShouldNotBeNull();
        await using var reader = await BlockReader.OpenAsync(folder.Store, meta, Ct);
        return await reader.ReadAllAsync(Ct).ToListAsync(Ct);
    }

    // An absent message and an empty one are the same in OTLP.
    private static TracesData Normal(TracesData trace)
    {
        var normal = trace.Clone();
        foreach (var resource in normal.ResourceSpans)
        {
            resource.Resource ??= new Resource();
            foreach (var scope in resource.ScopeSpans)
            {
                scope.Scope ??= new InstrumentationScope();
                foreach (var span in scope.Spans)
                {
                    span.Status ??= new Status();
                }
            }
        }

        return normal;
    }

    // Protobuf's own JSON has ids in base64; all else is OTLP's.
    private static TracesData Parse(string json)
    {
        var node = JsonNode.Parse(json)!;
        Encode(node);
        return JsonParser.Default.Parse<TracesData>(node.ToJsonString());
    }

    private static void Encode(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array)
            {
                Encode(item);
            }
        }
        else if (node is JsonObject o)
        {
            foreach (var (key, value) in o.ToList())
            {
                if (Ids.Contains(key))
                {
                    o[key] = Convert.ToBase64String(Convert.FromHexString(value!.GetValue<string>()));
                }
                else
                {
                    Encode(value);
                }
            }
        }
    }
}
