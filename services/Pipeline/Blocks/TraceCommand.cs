using System.Collections.Concurrent;
using System.CommandLine;
using System.Text;
using TempoCos.Contracts;
using TempoCos.Otlp;
using TempoCos.Pipeline.Commands;
using TempoCos.TempoBlocks;
using TempoCos.TempoBlocks.Checking;

namespace TempoCos.Pipeline.Blocks;

/// <summary><c>tempocos blocks trace</c>.</summary>
internal static class TraceCommand
{
    private const int AtOnce = 8;

    public static Command Create()
    {
        var command = new Command("trace", "Find a trace by its id in all live blocks and print it as a tree of spans, or as OTLP JSON.");
        var arguments = LocationArguments.After("ID", "Trace id: 1 to 32 hexadecimal digits.", ArgumentArity.ExactlyOne);
        var compacted = new Option<bool>("--compacted") { Description = "Look into compacted blocks too." };
        var options = new BlockOptions();
        arguments.AddTo(command);
        command.Add(compacted);
        options.AddTo(command);
        command.SetAction((parsed, _) =>
        {
            var (subjects, location) = arguments.Read(parsed);
            return options.InvokeAsync(parsed, location, session => RunAsync(session, subjects[0], parsed.GetValue(compacted)));
        });
        return command;
    }

    private static async Task<int> RunAsync(BlockSession session, string text, bool withCompacted)
    {
        var id = TraceId16.TryParse(text.Trim(), out var parsed)
            ? parsed
            : throw new DiagnosticException("TC247", text, "this is not a trace id", "Write 1 to 32 hexadecimal digits.");
        var inventory = await session.InventoryAsync();
        var blocks = inventory.Blocks.Where(b => b.State == BlockState.Live || (withCompacted && b.State == BlockState.Compacted)).ToList();
        var found = new ConcurrentDictionary<Guid, TracesData>();
        var unreadable = new ConcurrentDictionary<Guid, string>();
        var searched = 0;
        await Parallel.ForEachAsync(
            blocks,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = session.Token },
            async (block, ct) =>
            {
                try
                {
                    if (await FindAsync(session.Store, block, id, ct) is { } part)
                    {
                        found[block.Id] = part;
                    }
                }
                catch (Exception e) when (e is BlockFormatException or ObjectNotFoundException or EndOfStreamException)
                {
                    unreadable[block.Id] = (e as BlockFormatException)?.Reason ?? e.Message;
                }

                session.Progress.Say($"searched {Interlocked.Increment(ref searched)} of {blocks.Count} blocks");
            });
        session.Progress.Clear();
        foreach (var block in blocks.Where(b => unreadable.ContainsKey(b.Id)))
        {
            Console.Error.WriteLine($"tempocos: block {block.Name} could not be searched: {unreadable[block.Id]}");
        }

        var holders = blocks.Where(b => found.ContainsKey(b.Id)).ToList();
        if (holders.Count == 0)
        {
            throw new DiagnosticException(
                "TC245", $"{id}", $"the trace is in none of the {Quantity.Count(blocks.Count - unreadable.Count, "block")} of tenant {inventory.Tenant} that could be searched",
                withCompacted ? "Check id and tenant; what was sent lately is still with the ingesters." : "Check id and tenant; what was sent lately is still with the ingesters; --compacted looks into compacted blocks too.");
        }

        var trace = MergedTraces.Merge(holders.ConvertAll(b => found[b.Id]));
        if (session.IsJson)
        {
            foreach (var block in holders)
            {
                Console.Error.WriteLine($"in block {block.Name}");
            }

            Console.WriteLine(Encoding.UTF8.GetString(OtlpJson.Serialize(trace, indented: true)));
        }
        else
        {
            TraceTable.Write(Console.Out, id, trace, holders);
        }

        return ExitCode.Proven;
    }

    private static async Task<TracesData?> FindAsync(IBlockStore store, StoredBlock block, TraceId16 id, CancellationToken ct)
    {
        if (block.Meta is not { } meta)
        {
            throw new BlockFormatException(block.Name, string.Join("; ", block.Problems));
        }

        await using var reader = await BlockReader.OpenAsync(store, meta, ct);
        return await reader.FindAsync(id, ct);
    }
}
