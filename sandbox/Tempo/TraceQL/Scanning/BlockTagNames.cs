using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.TempoBlocks;
using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.Tempo.TraceQL.Scanning;

/// <summary>The names of attributes in a block.</summary>
public sealed class BlockTagNames(BlockReader reader, ScanCost cost)
{
    public async Task CollectAsync(TagNames names, ColumnLayout layout, CancellationToken cancellationToken)
    {
        if (names.Filter.Query is not { } filter)
        {
            names.Add(await reader.ReadTagNamesAsync(cost, cancellationToken));
            return;
        }

        // Columns do not tell which keys a span has: the whole traces do.
        var evaluator = new TraceEvaluator(filter, layout);
        await foreach (var trace in new BlockTraces(reader, 0, 0, cost).ReadWholeAsync(layout, cancellationToken))
        {
            foreach (var span in evaluator.Evaluate(trace).SelectMany(spanset => spanset.Spans))
            {
                names.Add((ReceivedSpan)span.Source, layout);
            }
        }

        names.AddStatic(layout);
    }
}
