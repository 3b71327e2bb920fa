using TempoCos.Tempo.TraceQL.Expressions;
using TempoCos.Tempo.TraceQL.Stages;

namespace TempoCos.Tempo.TraceQL.Syntax;

/// <summary>Pipelines, spansets, scalars and metrics.</summary>
internal sealed partial class Grammar
{
    private static readonly (string Sign, SpansetRelation Kind, bool Negated, bool Union)[] Relations =
    [
        ("&&", SpansetRelation.And, false, false), (">", SpansetRelation.Child, false, false), ("<", SpansetRelation.Parent, false, false),
        (">>", SpansetRelation.Descendant, false, false), ("<<", SpansetRelation.Ancestor, false, false), ("||", SpansetRelation.Or, false, false),
        ("~", SpansetRelation.Sibling, false, false), ("!>", SpansetRelation.Child, true, false), ("!<", SpansetRelation.Parent, true, false),
        ("!>>", SpansetRelation.Descendant, true, false), ("!<<", SpansetRelation.Ancestor, true, false), ("!~", SpansetRelation.Sibling, true, false),
        ("&>", SpansetRelation.Child, false, true), ("&<", SpansetRelation.Parent, false, true), ("&>>", SpansetRelation.Descendant, false, true),
        ("&<<", SpansetRelation.Ancestor, false, true), ("&~", SpansetRelation.Sibling, false, true),
    ];

    private static readonly (string Sign, FieldOperator Operator)[] Arithmetic =
    [
        ("+", FieldOperator.Add), ("-", FieldOperator.Subtract), ("*", FieldOperator.Multiply), ("/", FieldOperator.Divide), ("%", FieldOperator.Modulo), ("^", FieldOperator.Power),
    ];

    private static readonly (string Sign, FieldOperator Operator)[] Comparisons =
    [
        ("=", FieldOperator.Equal), ("!=", FieldOperator.NotEqual), ("<", FieldOperator.Less), ("<=", FieldOperator.LessEqual), (">", FieldOperator.Greater),
        (">=", FieldOperator.GreaterEqual),
    ];

    private void AddQueries()
    {
        Add("query", "pipeline", values => new Query((Pipeline)values[0]!));
        Add("query", "pipelines", values => new Query(AsPipeline(values[0])));
        Add("query", "pipelineComparison", values => new Query(AsPipeline(values[0])));
        Add("query", "pipeline | metric", values => new Query((Pipeline)values[0]!, (MetricsStage)values[2]!));
        Add("query", "pipeline | metric | ranking", values => new Query((Pipeline)values[0]!, (MetricsStage)values[2]!, (RankingStage)values[4]!));
        Add("query", "query hints", values => (Query)values[0]! with { Hints = (List<(string, Static)>)values[1]! });

        AddRelations("pipelines", "bracketedPipeline");
        Add("bracketedPipeline", "( pipeline )", values => values[1]);
        foreach (var stage in (string[])["spansets", "comparison", "grouping", "selection"])
        {
            Add("pipeline", stage, values => new Pipeline([(Stage)values[0]!]));
        }

        foreach (var stage in (string[])["spansets", "comparison", "grouping", "coalescing", "selection"])
        {
            Add("pipeline", $"pipeline | {stage}", values => ((Pipeline)values[0]!).With((Stage)values[2]!));
        }

        Add("grouping", "by ( field )", values => new By((FieldExpression)values[2]!));
        Add("coalescing", "coalesce ( )", _ => new Coalesce());
        Add("selection", "select ( attributes )", values => new Select((List<Attribute>)values[2]!));
        Add("attribute", "intrinsic", values => values[0]);
        Add("attribute", "ownAttribute", values => values[0]);
        Add("attribute", "scopedIntrinsic", values => values[0]);
        AddList<Attribute>("attributes", "attribute", value => (Attribute)value!);
        Add("numbers", "FLOAT", values => new List<double> { (double)values[0]! });
        Add("numbers", "INTEGER", values => new List<double> { (long)values[0]! });
        Add("numbers", "numbers , FLOAT", values => Append(values[0], (double)values[2]!));
        Add("numbers", "numbers , INTEGER", values => Append(values[0], (double)(long)values[2]!));
    }

    private void AddSpansets()
    {
        AddRelations("spansets", "filter");
        Add("filter", "{ }", _ => new Filter(new Literal(Static.True)));
        Add("filter", "{ field }", values => new Filter((FieldExpression)values[1]!));
    }

    private void AddScalars()
    {
        Add("comparison", "scalar comparator scalar", Compare);
        foreach (var (sign, found) in Comparisons)
        {
            Add("comparator", sign, _ => found);
        }

        Add("pipelineComparison", "pipelineScalar comparator pipelineScalar", Compare);
        Add("pipelineComparison", "pipelineScalar comparator value", values => Compare([values[0], values[1], new Number((Static)values[2]!)]));
        AddArithmetic("pipelineScalar", "bracketedScalar");
        Add("bracketedScalar", "( scalarPipeline )", values => values[1]);
        Add("scalarPipeline", "pipeline | aggregate", values => new ScalarPipeline((Pipeline)values[0]!, (Aggregate)values[2]!));

        AddArithmetic("scalar", "aggregate");
        foreach (var (sign, times) in ((string, int)[])[("", 1), ("- ", -1)])
        {
            Add("scalar", sign + "INTEGER", values => new Number(Static.Of(unchecked(times * (long)values[^1]!))));
            Add("scalar", sign + "FLOAT", values => new Number(Static.Of(times * (double)values[^1]!)));
            Add("scalar", sign + "DURATION", values => new Number(Static.OfDuration(unchecked(times * (long)values[^1]!))));
        }

        Add("aggregate", "count ( )", _ => new Aggregate(AggregateKind.Count, null));
        foreach (var kind in (AggregateKind[])[AggregateKind.Max, AggregateKind.Min, AggregateKind.Avg, AggregateKind.Sum])
        {
            Add("aggregate", $"{kind.ToString().ToLowerInvariant()} ( field )", values => new Aggregate(kind, (FieldExpression)values[2]!));
        }

        static object Compare(object?[] values) => new ScalarFilter((FieldOperator)values[1]!, (Scalar)values[0]!, (Scalar)values[2]!);
    }

    private void AddMetrics()
    {
        Metric("rate ( )", _ => new(MetricsFunction.Rate));
        Metric("count_over_time ( )", _ => new(MetricsFunction.CountOverTime));
        Metric("min_over_time ( attribute )", values => Over(MetricsFunction.MinOverTime, values));
        Metric("max_over_time ( attribute )", values => Over(MetricsFunction.MaxOverTime, values));
        Metric("sum_over_time ( attribute )", values => Over(MetricsFunction.SumOverTime, values));
        Metric("avg_over_time ( attribute )", values => Over(MetricsFunction.AvgOverTime, values));
        Metric("quantile_over_time ( attribute , numbers )", values => Over(MetricsFunction.QuantileOverTime, values) with { Quantiles = (List<double>)values[4]! });
        Metric("histogram_over_time ( attribute )", values => Over(MetricsFunction.HistogramOverTime, values));
        Add("metric", "compare ( filter )", values => Comparing(values, 10, 0, 0));
        Add("metric", "compare ( filter , INTEGER )", values => Comparing(values, (long)values[4]!, 0, 0));
        Add("metric", "compare ( filter , INTEGER , INTEGER , INTEGER )", values => Comparing(values, (long)values[4]!, (long)values[6]!, (long)values[8]!));
        Add("ranking", "topk ( INTEGER )", values => new RankingStage(true, (long)values[2]!));
        Add("ranking", "bottomk ( INTEGER )", values => new RankingStage(false, (long)values[2]!));
        Add("hint", "IDENTIFIER = value", values => ((string)values[0]!, (Static)values[2]!));
        Add("hints", "with ( hintList )", values => values[2]);
        AddList<(string, Static)>("hintList", "hint", value => ((string, Static))value!);

        void Metric(string form, Func<object?[], MetricsStage> build)
        {
            Add("metric", form, values => build(values));
            Add("metric", form + " by ( attributes )", values => build(values) with { By = (List<Attribute>)values[^2]! });
        }

        static MetricsStage Over(MetricsFunction function, object?[] values) => new(function) { Of = (Attribute)values[2]! };

        static MetricsStage Comparing(object?[] values, long top, long start, long end) =>
            new(MetricsFunction.Compare) { Selection = (Filter)values[2]!, Top = top, Start = start, End = end };
    }

    private void AddRelations(string level, string operand)
    {
        Add(level, $"( {level} )", values => values[1]);
        foreach (var (sign, kind, negated, union) in Relations)
        {
            Add(level, $"{level} {sign} {level}", values => new Relation(kind, negated, union, (Stage)values[0]!, (Stage)values[2]!));
        }

        Add(level, operand, values => values[0]);
    }

    private void AddArithmetic(string level, string operand)
    {
        Add(level, $"( {level} )", values => values[1]);
        foreach (var (sign, found) in Arithmetic)
        {
            Add(level, $"{level} {sign} {level}", values => new ScalarOperation(found, (Scalar)values[0]!, (Scalar)values[2]!));
        }

        Add(level, operand, values => values[0]);
    }

    private void AddList<T>(string list, string item, Func<object?, T> cast)
    {
        Add(list, item, values => new List<T> { cast(values[0]) });
        Add(list, $"{list} , {item}", values => Append(values[0], cast(values[2])));
    }

    private static List<T> Append<T>(object? list, T value)
    {
        var items = (List<T>)list!;
        items.Add(value);
        return items;
    }

    private static Pipeline AsPipeline(object? stage) => stage as Pipeline ?? new([(Stage)stage!]);
}
