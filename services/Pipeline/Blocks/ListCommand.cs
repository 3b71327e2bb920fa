using System.CommandLine;
using TempoCos.Pipeline.Blocks.Documents;
using TempoCos.Pipeline.Commands;
using TempoCos.TempoBlocks;
using TempoCos.TempoBlocks.Checking;

namespace TempoCos.Pipeline.Blocks;

/// <summary><c>tempocos blocks list</c>.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var command = new Command("list", "List tenants and their blocks, compacted and unpublished ones included, with totals by tenant and compaction window.");
        var arguments = LocationArguments.Alone();
        var spans = new Option<bool>("--spans") { Description = "Count spans too: reads the trace-level columns of every live block." };
        var window = new NumberOption<int>("--window", "Seconds of a compaction window (Tempo's compaction_window).", seconds => seconds > 0, "must be a whole number of seconds above 0", 3600) { HelpName = "SECONDS" };
        var options = new BlockOptions("Tenant [default: all].");
        arguments.AddTo(command);
        command.Add(spans);
        command.Add(window);
        options.AddTo(command);
        command.SetAction((parsed, _) => options.InvokeAsync(
            parsed, arguments.Read(parsed).Location, session => RunAsync(session, parsed.GetValue(spans), window.Read(parsed))));
        return command;
    }

    private static async Task<int> RunAsync(BlockSession session, bool withSpans, int window)
    {
        var blocks = new List<BlockDocument>();
        foreach (var tenant in await session.TenantsAsync())
        {
            var inventory = await session.InventoryAsync(tenant);
            blocks.AddRange(await OrderedParallel
                .RunAsync(inventory.Blocks, block => DescribeAsync(session, block, withSpans), session.Token)
                .ToListAsync(session.Token));
        }

        var document = new ListDocument(
            session.Location.ToString(),
            window,
            [.. blocks.OrderBy(b => b.Tenant, StringComparer.Ordinal).ThenBy(b => b.Start ?? DateTimeOffset.MaxValue).ThenBy(b => b.Id)],
            [.. blocks.GroupBy(b => b.Tenant).Select(g => Total(g.Key, null, g))],
            [
                .. blocks.Where(b => b.End is not null).GroupBy(b => (b.Tenant, Window: b.End!.Value.ToUnixTimeSeconds() / window * window))
                    .OrderBy(g => g.Key.Tenant, StringComparer.Ordinal).ThenBy(g => g.Key.Window)
                    .Select(g => Total(g.Key.Tenant, DateTimeOffset.FromUnixTimeSeconds(g.Key.Window), g)),
            ]);
        session.Progress.Clear();
        if (session.IsJson)
        {
            JsonText.Write(Console.Out, document);
        }
        else
        {
            ListTable.Write(Console.Out, document);
        }

        return ExitCode.Proven;
    }

    // A block that cannot be read is listed all the same, with what is wrong.
    private static async Task<BlockDocument> DescribeAsync(BlockSession session, StoredBlock block, bool withSpans)
    {
        if (!withSpans || block is not { State: BlockState.Live, Meta: { } meta })
        {
            return BlockDocument.Of(block);
        }

        session.Progress.Say($"counting spans of {block.Name}");
        try
        {
            return BlockDocument.Of(block, await SpanCount.ReadAsync(session.Store, meta, session.Token));
        }
        catch (BlockFormatException e)
        {
            return BlockDocument.Of(block, problems: [.. block.Problems, e.Reason]);
        }
        catch (ObjectNotFoundException e)
        {
            return BlockDocument.Of(block, problems: [.. block.Problems, $"{e.Key} is missing"]);
        }
    }

    // Compacted blocks hold again what live ones hold: sums are of the live ones.
    private static TotalDocument Total(string tenant, DateTimeOffset? window, IEnumerable<BlockDocument> blocks)
    {
        var live = blocks.Where(b => b.State == BlockState.Live).ToList();
        return new TotalDocument(
            tenant,
            window,
            live.Count,
            blocks.Count(b => b.State == BlockState.Compacted),
            blocks.Count(b => b.State == BlockState.Unpublished),
            live.Sum(b => b.Traces ?? 0),
            live.Exists(b => b.Spans is null) ? null : live.Sum(b => b.Spans),
            live.Sum(b => b.DataBytes ?? 0),
            live.Sum(b => b.Bytes),
            live.Min(b => b.Start),
            live.Max(b => b.End));
    }
}
