using TempoCos.Tempo.TraceQL.Expressions;
using TempoCos.Tempo.TraceQL.Stages;
using TempoCos.Tempo.TraceQL.Syntax;

namespace TempoCos.Tempo.TraceQL;

/// <summary>A whole query: what selects spans, what is counted of them, and hints.</summary>
public sealed record Query(Pipeline Pipeline, MetricsStage? Metrics = null, RankingStage? Ranking = null)
{
    /// <summary>Hints as they were written, the last <c>with</c> only; the first of a name counts.</summary>
    public IReadOnlyList<(string Name, Static Value)> Hints { get; init; } = [];

    public bool IsMetrics => Metrics is not null;

    /// <summary>The newest traces are wanted, not just any.</summary>
    public bool MostRecent => Hint("most_recent", StaticType.Boolean) is { IsTrue: true };

    /// <summary>No span can be found: <c>{ false }</c>.</summary>
    public bool FindsNothing => Pipeline.Stages.All(stage => stage switch
    {
        Filter filter => filter.TakesNone,
        Relation { Left: Filter left, Right: Filter right } => left.TakesNone && right.TakesNone,
        _ => false,
    });

    /// <summary>A query that makes sense.</summary>
    /// <exception cref="TraceQLException">With the position of what is wrong, or with what makes no sense.</exception>
    public static Query Parse(string text)
    {
        var query = ParseOnly(text);
        query.Validate();
        return query;
    }

    /// <summary>A query that need not make sense.</summary>
    /// <exception cref="TraceQLException">With the position of what is wrong.</exception>
    public static Query ParseOnly(string text) => Parser.Parse(text);

    public void Validate()
    {
        Pipeline.Validate();
        Metrics?.Validate();
        Ranking?.Validate();
        if (Metrics is { Function: MetricsFunction.Compare } && Ranking is not null)
        {
            throw new TraceQLException("`compare()` cannot be used with second stage functions");
        }
    }

    /// <summary>A hint's value when it has this type.</summary>
    public Static? Hint(string name, StaticType type)
    {
        foreach (var hint in Hints)
        {
            if (hint.Name == name && hint.Value.Type == type)
            {
                return hint.Value;
            }
        }

        return null;
    }

    /// <summary>A single attribute or intrinsic, as tag listings name it.</summary>
    /// <exception cref="TraceQLException">It is none.</exception>
    public static Attribute ParseIdentifier(string tag)
    {
        try
        {
            return ParseOnly($"{{{tag}}}").Pipeline.Stages[0] switch
            {
                Filter { Condition: Reference reference } => reference.Attribute,
                Filter { Condition: var other } => throw new TraceQLException($"expected Attribute but got {other.GetType().Name}"),
                _ => throw new TraceQLException("expected SpansetFilter"),
            };
        }
        catch (TraceQLException exception)
        {
            throw new TraceQLException($"failed to parse identifier {tag}: {exception.Message}");
        }
    }
}
