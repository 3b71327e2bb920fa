using System.Globalization;
using TempoCos.Otlp;
using TempoCos.Tempo.Configuration;

namespace TempoCos.Tempo.TraceQL;

/// <summary>
/// A value. Durations are nanoseconds; status and kind have the language's own numbers (<see cref="StatusOf"/>, <see cref="KindOf"/>).
/// Equality is that of grouping: same type, same value; comparisons of the language are elsewhere.
/// </summary>
public readonly struct Static : IEquatable<Static>
{
    private static readonly string[] Statuses = ["error", "ok", "unset"];
    private static readonly string[] Kinds = ["unspecified", "internal", "client", "server", "producer", "consumer"];
    private readonly long _bits;
    private readonly object? _reference;

    private Static(StaticType type, long bits, object? reference = null) => (Type, _bits, _reference) = (type, bits, reference);

    public static Static Nil { get; }

    public static Static True { get; } = Of(true);

    public static Static False { get; } = Of(false);

    public StaticType Type { get; }

    public bool IsNil => Type == StaticType.Nil;

    public bool IsTrue => Type == StaticType.Boolean && _bits != 0;

    /// <summary>An integer, or the number behind a duration, status, kind or boolean.</summary>
    public long Integer => _bits;

    /// <summary>A string's text.</summary>
    public string Text => (string?)_reference ?? "";

    /// <summary>A number of any type; NaN for what is none.</summary>
    public double Float => Type switch
    {
        StaticType.Float => BitConverter.Int64BitsToDouble(_bits),
        StaticType.Int or StaticType.Duration => _bits,
        _ => double.NaN,
    };

    public static Static Of(long value) => new(StaticType.Int, value);

    public static Static Of(double value) => new(StaticType.Float, BitConverter.DoubleToInt64Bits(value));

    public static Static Of(string value) => new(StaticType.String, 0, value);

    public static Static Of(bool value) => new(StaticType.Boolean, value ? 1 : 0);

    public static Static OfDuration(long nanos) => new(StaticType.Duration, nanos);

    /// <summary>From OTLP's code.</summary>
    public static Static StatusOf(long code) => new(StaticType.Status, code switch { 0 => 2, 2 => 0, _ => code });

    /// <summary>From OTLP's code.</summary>
    public static Static KindOf(long code) => new(StaticType.Kind, code switch { 2 => 3, 3 => 2, _ => code });

    /// <summary>OTLP's code of a status or kind.</summary>
    public long Code => Type switch
    {
        StaticType.Status => _bits switch { 0 => 2, 2 => 0, _ => _bits },
        StaticType.Kind => _bits switch { 2 => 3, 3 => 2, _ => _bits },
        _ => _bits,
    };

    /// <summary>Several values of one attribute: one stays what it is, more are an array of the first one's type; none is nil.</summary>
    public static Static OfAll(ReadOnlySpan<Static> values) => values.Length switch
    {
        0 => Nil,
        1 => values[0],
        _ => new(
            values[0].Type switch
            {
                StaticType.Int => StaticType.IntArray,
                StaticType.Float => StaticType.FloatArray,
                StaticType.Boolean => StaticType.BooleanArray,
                _ => StaticType.StringArray,
            },
            0,
            values.ToArray()),
    };

    /// <summary>An array's elements.</summary>
    public ReadOnlySpan<Static> Elements => _reference as Static[];

    /// <summary>A word that is a value: a status, a kind.</summary>
    public static Static OfWord(string word) => Array.IndexOf(Statuses, word) is >= 0 and var status
        ? new(StaticType.Status, status)
        : new(StaticType.Kind, Array.IndexOf(Kinds, word));

    /// <summary>A scalar of OTLP; nil for what has no type here (bytes, maps, nothing).</summary>
    public static Static Of(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => Of(value.StringValue),
        AnyValue.ValueOneofCase.IntValue => Of(value.IntValue),
        AnyValue.ValueOneofCase.DoubleValue => Of(value.DoubleValue),
        AnyValue.ValueOneofCase.BoolValue => Of(value.BoolValue),
        _ => Nil,
    };

    /// <summary>As it stands in an error text or a group's name.</summary>
    public override string ToString() => Type == StaticType.String ? $"`{Text}`" : Display;

    /// <summary>As people read it.</summary>
    public string Display => Type switch
    {
        StaticType.Int => _bits.ToString(CultureInfo.InvariantCulture),
        StaticType.Float => GoFloat.Format(Float),
        StaticType.String => Text,
        StaticType.Boolean => _bits != 0 ? "true" : "false",
        StaticType.Duration => GoDuration.Format(_bits),
        StaticType.Status => Word(Statuses, "status"),
        StaticType.Kind => Word(Kinds, "kind"),
        StaticType.Nil => "nil",
        _ => $"[{string.Join(", ", Elements.ToArray().Select(element => element.Type == StaticType.String ? $"\"{element.Text}\"" : element.Display))}]",
    };

    public AnyValue ToAnyValue()
    {
        if (Type.IsArray())
        {
            var array = new ArrayValue();
            foreach (var element in Elements)
            {
                array.Values.Add(element.ToAnyValue());
            }

            return new() { ArrayValue = array };
        }

        return Type switch
        {
            StaticType.Int => new() { IntValue = _bits },
            StaticType.Float => new() { DoubleValue = Float },
            StaticType.Boolean => new() { BoolValue = _bits != 0 },
            _ => new() { StringValue = Display },
        };
    }

    public bool Equals(Static other)
    {
        if (Type != other.Type || _bits != other._bits)
        {
            return false;
        }

        return Type.IsArray() ? Elements.SequenceEqual(other.Elements) : Type != StaticType.String || Text == other.Text;
    }

    public override bool Equals(object? obj) => obj is Static other && Equals(other);

    public static bool operator ==(Static left, Static right) => left.Equals(right);

    public static bool operator !=(Static left, Static right) => !left.Equals(right);

    public override int GetHashCode() =>
        Type.IsArray() ? HashCode.Combine(Type, Elements.Length, Elements.IsEmpty ? 0 : Elements[0].GetHashCode())
        : Type == StaticType.String ? Text.GetHashCode(StringComparison.Ordinal) : HashCode.Combine(Type, _bits);

    private string Word(string[] words, string name) => _bits >= 0 && _bits < words.Length ? words[_bits] : $"{name}({_bits})";
}
