using System.Buffers.Binary;
using System.Text;
using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Scanning;

/// <summary>What the least and greatest value of a chunk or page say about a predicate.</summary>
internal static class Bounds
{
    /// <summary>False when no value between the bounds satisfies the predicate.</summary>
    public static bool MayHold(ScanPredicate predicate, PhysicalType type, byte[]? min, byte[]? max, bool areSigned = false)
    {
        if (min is null || max is null || predicate.Operator is ScanOperator.Exists or ScanOperator.NotEqual or ScanOperator.Matches or ScanOperator.NotMatches)
        {
            return true;
        }

        return (predicate.Operand.Kind, type) switch
        {
            (ScanValueKind.Whole, PhysicalType.Int64) when min.Length == 8 && max.Length == 8 =>
                MayHold(predicate.Operator, predicate.Operand.AsWhole, BinaryPrimitives.ReadInt64LittleEndian(min), BinaryPrimitives.ReadInt64LittleEndian(max), areSigned),
            (ScanValueKind.Whole, PhysicalType.Int32) when min.Length == 4 && max.Length == 4 =>
                MayHold(predicate.Operator, predicate.Operand.AsWhole, BinaryPrimitives.ReadInt32LittleEndian(min), BinaryPrimitives.ReadInt32LittleEndian(max)),
            (ScanValueKind.Floating, PhysicalType.Double) when min.Length == 8 && max.Length == 8 =>
                MayHold(predicate.Operator, predicate.Operand.AsFloating, BinaryPrimitives.ReadDoubleLittleEndian(min), BinaryPrimitives.ReadDoubleLittleEndian(max)),
            (ScanValueKind.Text, PhysicalType.ByteArray) when predicate.Operator == ScanOperator.Equal =>
                MayBe(Encoding.UTF8.GetBytes(predicate.Operand.AsText), min, max),
            (ScanValueKind.Bytes, PhysicalType.ByteArray) when predicate.Operator == ScanOperator.Equal =>
                MayBe(predicate.Operand.AsBytes.Span, min, max),
            _ => true,
        };
    }

    /// <summary>False when the value lies outside of bounds that may be cut off.</summary>
    public static bool MayBe(ReadOnlySpan<byte> value, ReadOnlySpan<byte> min, ReadOnlySpan<byte> max) =>
        value.SequenceCompareTo(min) >= 0 && value[..Math.Min(value.Length, max.Length)].SequenceCompareTo(max) <= 0;

    // Unsigned columns have their greatest value wrapped to below the least: then nothing is known. Nor with NaN, which compares to false.
    private static bool MayHold<T>(ScanOperator op, T operand, T min, T max, bool areSigned = false)
        where T : IComparable<T> =>
        (min.CompareTo(max) > 0 && !areSigned) || op switch
        {
            ScanOperator.Equal => operand.CompareTo(min) >= 0 && operand.CompareTo(max) <= 0,
            ScanOperator.Less => min.CompareTo(operand) < 0,
            ScanOperator.LessOrEqual => min.CompareTo(operand) <= 0,
            ScanOperator.Greater => max.CompareTo(operand) > 0,
            ScanOperator.GreaterOrEqual => max.CompareTo(operand) >= 0,
            _ => true,
        };
}
