using System.Runtime.CompilerServices;
using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.TempoBlocks;
using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.Tempo.TraceQL.Scanning;

/// <summary>The traces of a block that a query may find, with what the query reads of them.</summary>
public sealed class BlockTraces(BlockReader reader, ulong startNano, ulong endNano, ScanCost cost)
{
    /// <summary>For TraceQL. Traces outside the time range are left out.</summary>
    public IAsyncEnumerable<ITraceSource> ReadAsync(TraceEvaluator evaluator, CancellationToken cancellationToken)
    {
        var plan = evaluator.Plan;
        if (plan.NeedsWholeTraces)
        {
            return ReadWholeAsync(plan.Layout, cancellationToken);
        }

        var candidates = Candidates.Of(evaluator.Query, plan.Layout);
        return ScanAsync(plan.Targets, candidates, plan.NeedsTree, cancellationToken);
    }

    /// <summary>For a search by tags.</summary>
    public IAsyncEnumerable<ITraceSource> ReadAsync(TagConditions tags, CancellationToken cancellationToken) =>
        ScanAsync(
            tags.Targets,
            tags.Duration is { } duration ? new(true, [new(new(ScanScope.Intrinsic, ScanIntrinsics.TraceDuration), duration)]) : new(false, []),
            false,
            cancellationToken);

    private async IAsyncEnumerable<ITraceSource> ScanAsync(FetchTargets targets, Candidates candidates, bool withTree, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var conditions = new List<ScanCondition>(candidates.Tests);
        var slots = new int[targets.All.Count];
        foreach (var target in targets.All)
        {
            slots[target.Index] = -1;
            if (ScanTargets.ToFetch(target) is { } fetched)
            {
                // A tested slot may hold only what its test looks at, unless any of the tests will do.
                var known = conditions.FindIndex(condition => condition.Target == fetched && (condition.Predicate is null || !candidates.All || IsSingle(conditions, fetched)));
                slots[target.Index] = known >= 0 ? known : conditions.Count;
                if (known < 0)
                {
                    conditions.Add(new(fetched));
                }
            }
        }

        var request = new ScanRequest
        {
            Conditions = conditions,
            AllMustMatch = candidates.All,
            EverySpan = candidates.Tests.Count == 0,
            WithNestedSet = withTree,
            StartNano = startNano,
            EndNano = endNano,
        };
        await foreach (var trace in reader.ScanAsync(request, cost, cancellationToken))
        {
            yield return new ScannedTraceSource(trace, slots);
        }
    }

    private static bool IsSingle(List<ScanCondition> conditions, ScanTarget target) => conditions.FindAll(condition => condition.Target == target).Count == 1;

    /// <summary>Every trace, whole.</summary>
    public async IAsyncEnumerable<ITraceSource> ReadWholeAsync(ColumnLayout layout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var record in reader.ReadAllAsync(cancellationToken))
        {
            var trace = new ReceivedTrace(record, layout);
            if ((startNano == 0 || trace.End >= startNano) && (endNano == 0 || trace.Start <= endNano))
            {
                trace.NumberSpans();
                yield return trace;
            }
        }
    }
}
