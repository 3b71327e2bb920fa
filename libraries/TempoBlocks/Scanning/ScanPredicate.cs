namespace TempoCos.TempoBlocks.Scanning;

/// <summary>
/// A test of one value; a target satisfies it when any of its values does. <paramref name="Operand"/> is of the kind that the column has
/// (an integer never equals a double), <paramref name="Matcher"/> belongs to <see cref="ScanOperator.Matches"/> and <see cref="ScanOperator.NotMatches"/>.
/// </summary>
public sealed record ScanPredicate(ScanOperator Operator, ScanValue Operand = default, Func<string, bool>? Matcher = null)
{
    /// <summary>The target has a value.</summary>
    public static ScanPredicate Exists { get; } = new(ScanOperator.Exists);

    /// <summary>
    /// Read the bounds of pages as signed numbers even where the column is unsigned, as Tempo does: a page whose greatest value is beyond
    /// 2^63 (a span that ends before it starts) is then passed over. False: nothing is missed.
    /// </summary>
    public bool TakesBoundsAsSigned { get; init; }

    /// <summary>The kind of values that can satisfy it; <see cref="ScanValueKind.None"/> for any.</summary>
    internal ScanValueKind Kind => Operator switch
    {
        ScanOperator.Exists => ScanValueKind.None,
        ScanOperator.Matches or ScanOperator.NotMatches => ScanValueKind.Text,
        _ => Operand.Kind,
    };

    /// <summary>Whether a value satisfies it.</summary>
    public bool Test(ScanValue value) => Operator switch
    {
        ScanOperator.Exists => true,
        ScanOperator.Matches => value.Kind == ScanValueKind.Text && Matcher!(value.AsText),
        ScanOperator.NotMatches => value.Kind == ScanValueKind.Text && !Matcher!(value.AsText),
        _ => value.Kind == Operand.Kind && value.Kind switch
        {
            ScanValueKind.Text => Holds(string.CompareOrdinal(value.AsText, Operand.AsText)),
            ScanValueKind.Whole => Holds(value.AsWhole.CompareTo(Operand.AsWhole)),
            ScanValueKind.Floating => HoldsDouble(value.AsFloating, Operand.AsFloating),
            ScanValueKind.Flag => Holds(value.AsFlag.CompareTo(Operand.AsFlag)),
            ScanValueKind.Bytes => Holds(value.AsBytes.Span.SequenceCompareTo(Operand.AsBytes.Span)),
            _ => false,
        },
    };

    private bool Holds(int comparison) => Operator switch
    {
        ScanOperator.Equal => comparison == 0,
        ScanOperator.NotEqual => comparison != 0,
        ScanOperator.Less => comparison < 0,
        ScanOperator.LessOrEqual => comparison <= 0,
        ScanOperator.Greater => comparison > 0,
        _ => comparison >= 0,
    };

    // Comparisons with NaN do not hold, except that it differs from everything.
    private bool HoldsDouble(double value, double operand) => Operator switch
    {
        ScanOperator.Equal => value == operand,
        ScanOperator.NotEqual => value != operand,
        ScanOperator.Less => value < operand,
        ScanOperator.LessOrEqual => value <= operand,
        ScanOperator.Greater => value > operand,
        _ => value >= operand,
    };
}
