using System.CommandLine;
using TempoCos.Contracts;
using TempoCos.Pipeline.Commands;
using TempoCos.TempoBlocks;
using TempoCos.TempoBlocks.Checking;

namespace TempoCos.Pipeline.Blocks;

/// <summary><c>tempocos blocks export</c>.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var command = new Command(
            "export", "Print the traces of blocks as OTLP JSON, one trace a line, ascending by id; a trace that several blocks hold is merged. The collector's OTLP JSON file receiver takes it.");
        var arguments = LocationArguments.After("BLOCK", "Ids of blocks, or their beginnings [default: all live blocks].", ArgumentArity.ZeroOrMore);
        var compacted = new Option<bool>("--compacted") { Description = "Export compacted blocks too." };
        var options = new BlockOptions(format: new("--format") { Description = "json, or table: one summary a line.", DefaultValueFactory = _ => "json" });
        arguments.AddTo(command);
        command.Add(compacted);
        options.AddTo(command);
        command.SetAction((parsed, _) =>
        {
            var (subjects, location) = arguments.Read(parsed);
            return options.InvokeAsync(parsed, location, session => RunAsync(session, subjects, parsed.GetValue(compacted)));
        });
        return command;
    }

    private static async Task<int> RunAsync(BlockSession session, string[] ids, bool withCompacted)
    {
        var inventory = await session.InventoryAsync();
        var chosen = ids.Length > 0
            ? ids.Select(id => BlockSession.Choose(inventory, id)).DistinctBy(b => b.Id).ToList()
            : [.. inventory.Blocks.Where(b => b.State == BlockState.Live || (withCompacted && b.State == BlockState.Compacted))];
        var damaged = 0;
        var merged = new MergedTraces(session.Store, (block, reason) =>
        {
            damaged++;
            session.Progress.Clear();
            Console.Error.WriteLine($"tempocos: block {block.Name} is not exported to its end: {reason}");
        });
        var traces = 0L;
        await using var output = new StandardOutput();
        if (!session.IsJson)
        {
            await output.WriteLineAsync(TraceLine.Header, session.Token);
        }

        await foreach (var trace in merged.ReadAsync(chosen, session.Token))
        {
            await output.WriteLineAsync(session.IsJson ? OtlpJson.Serialize(trace) : TraceLine.Of(trace), session.Token);
            session.Progress.Say($"{++traces} traces");
        }

        await output.FlushAsync(session.Token);
        session.Progress.Clear();
        return damaged == 0 ? ExitCode.Proven : throw new DiagnosticException(
            "TC248", session.Location.ToString(), $"{Quantity.Count(damaged, "block")} could not be read to the end", "'tempocos blocks verify' says what is wrong with them; what could be read was exported.");
    }
}
