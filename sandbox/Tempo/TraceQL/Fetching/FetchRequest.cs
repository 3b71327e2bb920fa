using TempoCos.Tempo.TraceQL.Expressions;
using TempoCos.Tempo.TraceQL.Stages;

namespace TempoCos.Tempo.TraceQL.Fetching;

/// <summary>
/// What a query asks of the storage. The storage's answer decides more than speed: values that satisfy no condition are not there when
/// the query is evaluated, which is how Tempo does it and what its users see.
/// </summary>
public sealed class FetchRequest
{
    private readonly List<Condition> _first = [];
    private readonly List<Condition> _second = [];

    private FetchRequest()
    {
    }

    /// <summary>What is read before the query is evaluated.</summary>
    public IReadOnlyList<Condition> First => _first;

    /// <summary>What is read of the spans that are shown.</summary>
    public IReadOnlyList<Condition> Second => _second;

    /// <summary>Spans that do not meet every condition cannot be found.</summary>
    public bool AllConditions { get; private set; } = true;

    /// <summary>Which numbers of the span tree relations need.</summary>
    public TreeNumbers Tree { get; private set; }

    /// <summary>What the evaluation reads whole of the trace itself.</summary>
    public IReadOnlyList<Intrinsic> ReadOfTrace { get; private set; } = [];

    public static FetchRequest Of(Query query)
    {
        var request = new FetchRequest();
        request.Add(query.Pipeline);
        if (query.Metrics is { } metrics)
        {
            request.Add(metrics);
        }

        request.ReadOfTrace =
        [
            .. request._first.Where(condition => Intrinsics.IsOfTrace(condition.Attribute.Intrinsic) && (condition.Operator == FieldOperator.None || request.AllConditions))
                .Select(condition => condition.Attribute.Intrinsic),
        ];
        return request;
    }

    /// <summary>Without those that say the same; = and != of one value together want every value.</summary>
    public FetchRequest Coalesced()
    {
        var changed = !AllConditions;
        while (changed)
        {
            changed = false;
            for (var i = 0; i < _first.Count; i++)
            {
                for (var j = _first.Count - 1; j > i; j--)
                {
                    if (Coalesce(_first[i], _first[j]) is { } one)
                    {
                        _first[i] = one;
                        _first.RemoveAt(j);
                        changed = true;
                    }
                }
            }
        }

        return this;
    }

    private static Condition? Coalesce(Condition a, Condition b)
    {
        if (a.Attribute != b.Attribute)
        {
            return null;
        }

        if (a.Operator == b.Operator && a.Operand.Equals(b.Operand))
        {
            return a;
        }

        var opposite = (a.Operator, b.Operator) is (FieldOperator.Equal, FieldOperator.NotEqual) or (FieldOperator.NotEqual, FieldOperator.Equal) && a.Operand.Equals(b.Operand);
        return opposite || a.Operator == FieldOperator.None || b.Operator == FieldOperator.None ? new(a.Attribute) : null;
    }

    private void Add(Pipeline pipeline)
    {
        var selected = false;
        foreach (var stage in pipeline.Stages)
        {
            if (selected)
            {
                // Behind a selection everything is read late, unless it is there already.
                var late = new FetchRequest();
                late.Add(stage);
                _second.AddRange(late._first.Concat(late._second).Where(condition => !Has(condition.Attribute, FieldOperator.None)));
            }
            else
            {
                Add(stage);
            }

            selected |= stage is Select;
        }
    }

    private void Add(Stage stage)
    {
        switch (stage)
        {
            case Pipeline pipeline:
                Add(pipeline);
                break;
            case Filter filter:
                Add(filter.Condition);
                if (filter.TakesAll && Tree == TreeNumbers.None && !_first.Exists(condition => condition is { Attribute.Intrinsic: not Intrinsic.None, Operator: FieldOperator.None }))
                {
                    _first.Add(new(Attribute.Of(Intrinsic.SpanStart)));
                }

                break;
            case Relation relation:
                Tree |= relation.Kind switch
                {
                    SpansetRelation.Descendant or SpansetRelation.Ancestor => TreeNumbers.Left | TreeNumbers.Right,
                    SpansetRelation.Child or SpansetRelation.Parent => TreeNumbers.Left | TreeNumbers.Parent,
                    SpansetRelation.Sibling => TreeNumbers.Parent,
                    _ => TreeNumbers.None,
                };
                Add(relation.Left);
                Add(relation.Right);
                AllConditions = false;
                break;
            case By by:
                Add(by.Key);
                AllConditions = false;
                break;
            case Select select:
                _second.AddRange(select.Shown.Select(attribute => new Condition(attribute)));
                break;
            case ScalarFilter { Left: Aggregate aggregate }:
                AllConditions = false;
                if (aggregate.Of is { } of)
                {
                    Add(of);
                }

                break;
        }
    }

    private void Add(MetricsStage metrics)
    {
        if (metrics.Of is { } of && !Has(of, null))
        {
            _second.Add(new(of));
        }

        foreach (var key in metrics.By)
        {
            var known = AllConditions || metrics.Function == MetricsFunction.AvgOverTime ? Has(key, null) : _second.Exists(condition => condition.Attribute == key);
            if (!known)
            {
                _second.Add(new(key));
            }
        }
    }

    private bool Has(Attribute attribute, FieldOperator? found) =>
        _first.Concat(_second).Any(condition => condition.Attribute == attribute && (found is null || condition.Operator == found));

    private void Add(FieldExpression expression)
    {
        switch (expression)
        {
            case Reference reference:
                _first.Add(new(reference.Attribute));
                break;
            case Unary { Operator: FieldOperator.Exists or FieldOperator.NotExists, Operand: Reference reference } unary:
                _first.Add(new(reference.Attribute, unary.Operator));
                break;
            case Unary unary:
                Add(unary.Operand);
                break;
            case Binary { Left: Reference left, Right: Literal right } binary:
                Add(binary.Operator, left, right);
                break;
            case Binary { Left: Literal left, Right: Reference right } binary:
                Add(binary.Operator, right, left);
                break;
            case Binary binary:
                Add(binary.Left);
                Add(binary.Right);
                if (binary.Left is not (Reference or Literal))
                {
                    AllConditions &= binary.Operator != FieldOperator.Or;
                }

                break;
        }
    }

    private void Add(FieldOperator found, Reference reference, Literal literal) =>
        _first.Add(found.IsArithmetic() || (literal.Value.IsNil && found == FieldOperator.NotEqual) || (literal.Value.Type == StaticType.Boolean && found.IsLogical())
            ? new(reference.Attribute)
            : new(reference.Attribute, found, literal.Value));
}
