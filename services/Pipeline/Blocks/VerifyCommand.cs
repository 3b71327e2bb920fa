using System.CommandLine;
using TempoCos.Contracts;
using TempoCos.Pipeline.Blocks.Documents;
using TempoCos.Pipeline.Commands;
using TempoCos.TempoBlocks;
using TempoCos.TempoBlocks.Checking;

namespace TempoCos.Pipeline.Blocks;

/// <summary><c>tempocos blocks verify</c>.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var command = new Command(
            "verify", "Check blocks: sizes, magic, footer, row groups, order of traces, every page, bloom shards and what they admit, index; and the tenant's index against its blocks. Exit code 1 when anything is damaged.");
        var arguments = LocationArguments.After("BLOCK", "Ids of blocks, or their beginnings [default: all live blocks].", ArgumentArity.ZeroOrMore);
        var quick = new Option<bool>("--quick") { Description = "Leave the spans' pages unread: footer, ids, counts, bloom shards and indexes only." };
        var compacted = new Option<bool>("--compacted") { Description = "Check compacted blocks too." };
        var options = new BlockOptions("Tenant [default: all, or with BLOCK the only one].");
        arguments.AddTo(command);
        command.Add(quick);
        command.Add(compacted);
        options.AddTo(command);
        command.SetAction((parsed, _) =>
        {
            var (subjects, location) = arguments.Read(parsed);
            var depth = parsed.GetValue(quick) ? BlockCheckDepth.Quick : BlockCheckDepth.Full;
            return options.InvokeAsync(parsed, location, session => RunAsync(session, subjects, depth, parsed.GetValue(compacted)));
        });
        return command;
    }

    private static async Task<int> RunAsync(BlockSession session, string[] ids, BlockCheckDepth depth, bool withCompacted)
    {
        var tenants = ids.Length > 0 ? [await session.TenantAsync()] : await session.TenantsAsync();
        var blocks = new List<BlockDocument>();
        var indexes = new List<IndexDocument>();
        foreach (var tenant in tenants)
        {
            var inventory = await session.InventoryAsync(tenant);
            var chosen = ids.Length > 0
                ? ids.Select(id => BlockSession.Choose(inventory, id)).DistinctBy(b => b.Id).ToList()
                : [.. inventory.Blocks.Where(b => withCompacted || b.State != BlockState.Compacted)];
            await foreach (var block in OrderedParallel.RunAsync(chosen, block => ExamineAsync(session, block, depth), session.Token))
            {
                blocks.Add(block);
                session.Progress.Clear();
                Show(session, Line(block), block.Problems);
            }

            if (ids.Length == 0 && inventory is not { Blocks.Count: 0, Indexes.Count: 0 })
            {
                var check = await TenantCheck.RunAsync(session.Store, inventory, session.Token);
                indexes.Add(new IndexDocument(tenant, check.IndexCreated, check.Problems));
                Show(session, Line(check), check.Problems);
            }
        }

        if (blocks.Count == 0 && indexes.Count == 0)
        {
            throw new DiagnosticException("TC242", session.Location.ToString(), "there are no blocks here", "Check the location, for a bucket also its prefix: 'tempocos blocks list' shows what is there.");
        }

        var document = new VerifyDocument(session.Location.ToString(), blocks.TrueForAll(b => b.Problems.Count == 0) && indexes.TrueForAll(i => i.Problems.Count == 0), blocks, indexes);
        if (session.IsJson)
        {
            JsonText.Write(Console.Out, document);
        }
        else
        {
            var damaged = blocks.Count(b => b.Problems.Count > 0);
            Console.WriteLine($"{Quantity.Count(blocks.Count, "block")} checked, {(damaged == 0 ? "none" : $"{damaged}")} damaged{(indexes.Exists(i => i.Problems.Count > 0) ? "; the tenant's index is wrong" : "")}");
        }

        return document.Sound ? ExitCode.Proven : ExitCode.RungFailed;
    }

    private static async Task<BlockDocument> ExamineAsync(BlockSession session, StoredBlock block, BlockCheckDepth depth)
    {
        session.Progress.Say($"checking {block.Name}");
        if (block.Meta is not { } meta)
        {
            return BlockDocument.Of(block);
        }

        var check = await BlockCheck.RunAsync(session.Store, meta, depth, session.Token);
        return BlockDocument.Of(block, depth == BlockCheckDepth.Quick && meta.Format == "vParquet3" ? null : check.Spans, block.Problems.Concat(check.Problems));
    }

    private static void Show(BlockSession session, string line, IReadOnlyList<string> problems)
    {
        if (session.IsJson)
        {
            return;
        }

        Console.WriteLine(line);
        foreach (var problem in problems)
        {
            Console.WriteLine($"         {problem}");
        }
    }

    private static string Line(BlockDocument block) =>
        $"{(block.Problems.Count == 0 ? "ok     " : "DAMAGED")}  {block.Tenant}/{block.Id:d}  {Quantity.Bytes(block.DataBytes ?? block.Bytes)}"
        + (block.Problems.Count == 0 ? $", {Quantity.Count(block.Traces ?? 0, "trace")}, {Spans(block)}, {Quantity.Count(block.RowGroups ?? 0, "row group")}" : "")
        + (block.State == BlockState.Live ? "" : $" ({block.State.ToString().ToLowerInvariant()})");

    // vParquet3's rows do not say how many spans they have: a quick look cannot tell.
    private static string Spans(BlockDocument block) => block.Spans is { } spans ? Quantity.Count(spans, "span") : "spans not counted";

    private static string Line(TenantCheck check) => check switch
    {
        { Problems.Count: > 0 } => $"DAMAGED  {check.Tenant}  tenant index",
        { IndexCreated: { } time } => $"ok       {check.Tenant}  tenant index of {Quantity.Time(time)}",
        _ => $"-        {check.Tenant}  no tenant index",
    };
}
