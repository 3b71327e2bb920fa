using System.Globalization;

namespace TempoCos.TempoBlocks.Scanning;

/// <summary>A value of a column. Strings of dictionaries are decoded once and shared.</summary>
public readonly struct ScanValue : IEquatable<ScanValue>
{
    private readonly object? _reference;
    private readonly long _bits;

    private ScanValue(ScanValueKind kind, object? reference, long bits) => (Kind, _reference, _bits) = (kind, reference, bits);

    /// <summary>Which of the accessors may be used.</summary>
    public ScanValueKind Kind { get; }

    /// <summary>The text of a <see cref="ScanValueKind.Text"/>.</summary>
    public string AsText => (string)Of(ScanValueKind.Text)._reference!;

    /// <summary>The number of a <see cref="ScanValueKind.Whole"/>.</summary>
    public long AsWhole => Of(ScanValueKind.Whole)._bits;

    /// <summary>The number of a <see cref="ScanValueKind.Floating"/>.</summary>
    public double AsFloating => BitConverter.Int64BitsToDouble(Of(ScanValueKind.Floating)._bits);

    /// <summary>The truth of a <see cref="ScanValueKind.Flag"/>.</summary>
    public bool AsFlag => Of(ScanValueKind.Flag)._bits != 0;

    /// <summary>The bytes of a <see cref="ScanValueKind.Bytes"/>.</summary>
    public ReadOnlyMemory<byte> AsBytes => (byte[])Of(ScanValueKind.Bytes)._reference!;

    /// <summary>A text.</summary>
    public static ScanValue From(string value) => new(ScanValueKind.Text, value, 0);

    /// <summary>An integer.</summary>
    public static ScanValue From(long value) => new(ScanValueKind.Whole, null, value);

    /// <summary>A double.</summary>
    public static ScanValue From(double value) => new(ScanValueKind.Floating, null, BitConverter.DoubleToInt64Bits(value));

    /// <summary>A boolean.</summary>
    public static ScanValue From(bool value) => new(ScanValueKind.Flag, null, value ? 1 : 0);

    /// <summary>An id, which is not copied.</summary>
    public static ScanValue From(byte[] value) => new(ScanValueKind.Bytes, value, 0);

    /// <inheritdoc/>
    public bool Equals(ScanValue other) => Kind == other.Kind && Kind switch
    {
        ScanValueKind.Text => (string)_reference! == (string)other._reference!,
        ScanValueKind.Floating => AsFloating.Equals(other.AsFloating),
        ScanValueKind.Bytes => ((byte[])_reference!).AsSpan().SequenceEqual((byte[])other._reference!),
        _ => _bits == other._bits,
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ScanValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (_reference is byte[] bytes)
        {
            var hash = default(HashCode);
            hash.AddBytes(bytes);
            return hash.ToHashCode();
        }

        return Kind == ScanValueKind.Floating ? AsFloating.GetHashCode() : HashCode.Combine(Kind, _reference, _bits);
    }

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        ScanValueKind.Text => (string)_reference!,
        ScanValueKind.Whole => _bits.ToString(CultureInfo.InvariantCulture),
        ScanValueKind.Floating => AsFloating.ToString("R", CultureInfo.InvariantCulture),
        ScanValueKind.Flag => _bits != 0 ? "true" : "false",
        ScanValueKind.Bytes => Convert.ToHexStringLower((byte[])_reference!),
        _ => "",
    };

    /// <summary>Same kind and value.</summary>
    public static bool operator ==(ScanValue left, ScanValue right) => left.Equals(right);

    /// <summary>Another kind or value.</summary>
    public static bool operator !=(ScanValue left, ScanValue right) => !left.Equals(right);

    private ScanValue Of(ScanValueKind kind) => Kind == kind ? this : throw new InvalidOperationException($"The value is {Kind}, not {kind}.");
}
