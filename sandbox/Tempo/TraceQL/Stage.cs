namespace TempoCos.Tempo.TraceQL;

/// <summary>One step of a pipeline.</summary>
public abstract record Stage
{
    /// <summary>Filters and relations.</summary>
    public sealed record Select(SpansetExpression Spansets) : Stage;

    /// <summary><c>avg(duration) &gt; 1s</c></summary>
    public sealed record Aggregate(AggregateKind Kind, FieldExpression? Of, FieldOperator Comparison, Static Value) : Stage
    {
        public string Key => $"{Kind.ToString().ToLowerInvariant()}({Of})";
    }

    public sealed record By(FieldExpression Key) : Stage;

    public sealed record Coalesce : Stage;

    /// <summary><c>select(a, b)</c>: shown, not filtered.</summary>
    public sealed record Show(IReadOnlyList<Attribute> Shown) : Stage;

    /// <summary><c>rate() by (x)</c> and the like: where search is concerned it selects nothing.</summary>
    public sealed record Metric(string Function, IReadOnlyList<Attribute> Read) : Stage;

    public IEnumerable<Attribute> Attributes => this switch
    {
        Select select => select.Spansets.Attributes,
        Aggregate aggregate => aggregate.Of?.Attributes ?? [],
        By by => by.Key.Attributes,
        Show show => show.Shown,
        _ => [],
    };
}
