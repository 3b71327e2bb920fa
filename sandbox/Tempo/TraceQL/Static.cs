using System.Globalization;
using TempoCos.Otlp;
using TempoCos.Tempo.Configuration;

namespace TempoCos.Tempo.TraceQL;

/// <summary>A value. Durations are nanoseconds; status and kind are OTLP's numbers.</summary>
public readonly record struct Static(StaticType Type, long Integer, double Float, string Text)
{
    private static readonly string[] Statuses = ["unset", "ok", "error"];
    private static readonly string[] Kinds = ["unspecified", "internal", "server", "client", "producer", "consumer"];

    public static Static Nil { get; } = new(StaticType.Nil, 0, 0, "nil");

    public bool IsNumber => Type is StaticType.Int or StaticType.Float or StaticType.Duration;

    public double AsNumber => Type == StaticType.Float ? Float : Integer;

    public static Static Of(long value) => new(StaticType.Int, value, 0, "");

    public static Static Of(double value) => new(StaticType.Float, 0, value, "");

    public static Static Of(string value) => new(StaticType.String, 0, 0, value);

    public static Static Of(bool value) => new(StaticType.Bool, value ? 1 : 0, 0, "");

    public static Static Duration(long nanos) => new(StaticType.Duration, nanos, 0, "");

    public static Static Status(int code) => new(StaticType.Status, code, 0, "");

    public static Static Kind(int code) => new(StaticType.Kind, code, 0, "");

    /// <summary>A word that is a value: a status, a kind, true, false, nil.</summary>
    public static Static? FromWord(string word) => word switch
    {
        "true" => Of(true),
        "false" => Of(false),
        "nil" => Nil,
        "minInt" => Of(long.MinValue),
        "maxInt" => Of(long.MaxValue),
        _ when Array.IndexOf(Statuses, word) is >= 0 and var status => Status(status),
        _ when Array.IndexOf(Kinds, word) is >= 0 and var kind => Kind(kind),
        _ => null,
    };

    /// <summary>As it stands in an error text.</summary>
    public override string ToString() => Type == StaticType.String ? $"`{Text}`" : Display;

    /// <summary>As people read it.</summary>
    public string Display => Type switch
    {
        StaticType.Int => Integer.ToString(CultureInfo.InvariantCulture),
        StaticType.Float => Float == Math.Floor(Float) && Math.Abs(Float) < 1e15
            ? Float.ToString("0.0", CultureInfo.InvariantCulture)
            : Float.ToString("R", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal),
        StaticType.String => Text,
        StaticType.Bool => Integer != 0 ? "true" : "false",
        StaticType.Duration => GoDuration.Format(Integer),
        StaticType.Status => Word(Statuses),
        StaticType.Kind => Word(Kinds),
        _ => "nil",
    };

    public AnyValue ToAnyValue() => Type switch
    {
        StaticType.Int => new() { IntValue = Integer },
        StaticType.Float => new() { DoubleValue = Float },
        StaticType.Bool => new() { BoolValue = Integer != 0 },
        _ => new() { StringValue = Display },
    };

    /// <summary>A scalar of OTLP; null for what TraceQL cannot compare (bytes, lists of keys, nothing).</summary>
    public static Static? From(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => Of(value.StringValue),
        AnyValue.ValueOneofCase.IntValue => Of(value.IntValue),
        AnyValue.ValueOneofCase.DoubleValue => Of(value.DoubleValue),
        AnyValue.ValueOneofCase.BoolValue => Of(value.BoolValue),
        _ => null,
    };

    private string Word(string[] words) =>
        Integer >= 0 && Integer < words.Length ? words[Integer] : Integer.ToString(CultureInfo.InvariantCulture);
}
