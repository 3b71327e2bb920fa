using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.Tempo.TraceQL.Stages;
using TempoCos.TempoBlocks;
using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.Tempo.TraceQL.Scanning;

/// <summary>The values that an attribute has in a block.</summary>
public sealed class BlockTagValues(BlockReader reader, ScanCost cost)
{
    public async Task CollectAsync(TagValues values, ColumnLayout layout, CancellationToken cancellationToken)
    {
        if (values.Filter.Query is { } filter)
        {
            var query = new Query(filter.Pipeline.With(new Select([values.Attribute])));
            var evaluator = new TraceEvaluator(query, layout);
            var stored = new StoredValues();
            await foreach (var trace in new BlockTraces(reader, 0, 0, cost).ReadAsync(evaluator, cancellationToken))
            {
                foreach (var span in evaluator.Evaluate(trace).SelectMany(spanset => spanset.Spans))
                {
                    values.Add(span.Source, evaluator.Plan.Targets, stored);
                }
            }

            return;
        }

        var targets = new FetchTargets();
        foreach (var level in FetchTargets.LevelsOf(values.Attribute))
        {
            var target = values.Attribute.Intrinsic == Intrinsic.None ? targets.Attribute(level, values.Attribute.Name) : targets.Intrinsic(level, values.Attribute.Intrinsic);
            var stored = values.Attribute.Intrinsic == Intrinsic.None ? ScanTargets.ToFetch(target)! : ScanTargets.ToTest(values.Attribute);
            await reader.ReadTagValuesAsync(stored, value => values.Add(ScannedSpanSource.Convert(target, value)), cost, cancellationToken);
        }
    }
}
