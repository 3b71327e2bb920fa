using TempoCos.Tempo.TraceQL.Expressions;
using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.Tempo.TraceQL.Stages;
using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.Tempo.TraceQL.Scanning;

/// <summary>
/// Which spans a query can find at all: those on which all of <see cref="Tests"/> hold, or any of them; every span when there is none.
/// More may be let through, since the query is evaluated on what comes.
/// </summary>
public sealed record Candidates(bool All, IReadOnlyList<ScanCondition> Tests)
{
    private static readonly Candidates Every = new(true, []);

    /// <summary>Of the first stage: the others see only what it lets through.</summary>
    public static Candidates Of(Query query, ColumnLayout layout) => query.Pipeline.Stages[0] switch
    {
        Filter filter => Of(filter.Condition, layout),
        Relation or Pipeline => Of(query.Pipeline.Stages[0], layout),
        _ => Every,
    };

    // Operands of a relation are found independently.
    private static Candidates Of(Stage stage, ColumnLayout layout) => stage switch
    {
        Filter { Condition.MayFail: true } => Every,
        Filter filter => Of(filter.Condition, layout).AsAlternatives(),
        Relation relation => Either(Of(relation.Left, layout), Of(relation.Right, layout)),
        Pipeline { Stages: [var first, ..] } => Of(first, layout),
        _ => Every,
    };

    private static Candidates Of(FieldExpression condition, ColumnLayout layout)
    {
        switch (condition)
        {
            case Binary { Operator: FieldOperator.And } both:
                return Both(Of(both.Left, layout), Of(both.Right, layout));
            case Binary { Operator: FieldOperator.Or, MayFail: false } either:
                return Either(Of(either.Left, layout).AsAlternatives(), Of(either.Right, layout).AsAlternatives());
            case Binary { Left: Reference left, Right: Literal right } binary when binary.Operator.IsComparison():
                return Test(new(left.Attribute, binary.Operator, right.Value), layout);
            case Unary { Operator: FieldOperator.Exists, Operand: Reference reference }:
                return Test(new(reference.Attribute, FieldOperator.Exists), layout);
            case Reference reference:
                return Test(new(reference.Attribute, FieldOperator.Equal, Static.True), layout);
            default:
                return Every;
        }
    }

    private static Candidates Test(Condition condition, ColumnLayout layout) =>
        ScanPredicates.Of(condition, layout) is { } predicate ? new(true, [new(ScanTargets.ToTest(condition.Attribute), predicate)]) : Every;

    private static Candidates Both(Candidates left, Candidates right) =>
        left.All && right.All ? new(true, [.. left.Tests, .. right.Tests])
        : left.All && left.Tests.Count > 0 ? left
        : right.All && right.Tests.Count > 0 ? right
        : left.Tests.Count > 0 ? left : right;

    private static Candidates Either(Candidates left, Candidates right) =>
        left.Tests.Count == 0 || right.Tests.Count == 0 ? Every : new(false, [.. left.Tests, .. right.Tests.Where(test => !left.Tests.Contains(test))]);

    // Of several that must all hold, one is enough to let the rest go: equality says most.
    private Candidates AsAlternatives() => !All || Tests.Count == 0
        ? this
        : new(false, [Tests.FirstOrDefault(test => test.Predicate!.Operator == ScanOperator.Equal) ?? Tests[0]]);
}
