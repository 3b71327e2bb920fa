using System.CommandLine;
using TempoCos.Contracts;
using TempoCos.Pipeline.Blocks.Documents;
using TempoCos.Pipeline.Commands;
using TempoCos.TempoBlocks;
using TempoCos.TempoBlocks.Checking;

namespace TempoCos.Pipeline.Blocks;

/// <summary><c>tempocos blocks show</c>.</summary>
internal static class ShowCommand
{
    private const int DefaultTop = 10;
    private const long SmallBlock = 64L << 20;

    public static Command Create()
    {
        var command = new Command("show", "Show a block: description, objects, row groups, columns and attributes by size, bloom shards.");
        var arguments = LocationArguments.After("BLOCK", "Id of the block, or its beginning.", ArgumentArity.ExactlyOne);
        var top = new NumberOption<int>("--top", "How many columns and attributes to show.", number => number >= 0, "must be a whole number from 0 on", DefaultTop);
        var all = new Option<bool>("--all") { Description = "Show all columns and attributes." };
        var attributes = new Option<bool?>("--attributes") { Description = "Count attributes by key, which reads the whole block [default: for blocks up to 64 MiB].", HelpName = "true|false", Arity = ArgumentArity.ZeroOrOne };
        var options = new BlockOptions();
        arguments.AddTo(command);
        command.Add(top);
        command.Add(all);
        command.Add(attributes);
        options.AddTo(command);
        command.SetAction((parsed, _) =>
        {
            var (subjects, location) = arguments.Read(parsed);
            var rows = parsed.GetValue(all) ? int.MaxValue : top.Read(parsed);
            var isCounting = parsed.GetResult(attributes) is { } given ? given.Tokens.Count == 0 || parsed.GetValue(attributes) == true : (bool?)null;
            return options.InvokeAsync(parsed, location, session => RunAsync(session, subjects[0], rows, isCounting));
        });
        return command;
    }

    private static async Task<int> RunAsync(BlockSession session, string id, int rows, bool? isCounting)
    {
        var block = BlockSession.Choose(await session.InventoryAsync(), id);
        if (block.Meta is not { } meta)
        {
            throw new DiagnosticException("TC248", block.Name, string.Join("; ", block.Problems), "Restore the description, or delete the block.");
        }

        var analysis = await BlockAnalysis.RunAsync(session.Store, meta, session.Token);
        var attributes = isCounting ?? meta.Size <= SmallBlock ? await CountAsync(session, meta) : null;
        var spans = await SpanCount.ReadAsync(session.Store, meta, session.Token);
        session.Progress.Clear();
        var document = new ShowDocument(
            session.Location.ToString(),
            BlockDocument.Of(block, spans),
            analysis.CreatedBy,
            meta.FooterSize,
            block.Objects,
            analysis.RowGroups,
            analysis.Columns,
            analysis.Blooms,
            attributes);
        if (session.IsJson)
        {
            JsonText.Write(Console.Out, document);
        }
        else
        {
            ShowTable.Write(Console.Out, document, rows);
        }

        return ExitCode.Proven;
    }

    private static async Task<IReadOnlyList<AttributeSummary>> CountAsync(BlockSession session, BlockMeta meta)
    {
        await using var reader = await BlockReader.OpenAsync(session.Store, meta, session.Token);
        return await AttributeAnalysis.RunAsync(reader, traces => session.Progress.Say($"reading {traces} of {meta.TotalObjects} traces"), session.Token);
    }
}
