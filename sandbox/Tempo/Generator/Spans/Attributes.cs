using System.Globalization;
using System.Text.RegularExpressions;
using TempoCos.Otlp;

namespace TempoCos.Tempo.Generator.Spans;

/// <summary>Attributes as labels.</summary>
internal static partial class Attributes
{
    /// <summary>The value of the first attribute of this name, as text; null without one.</summary>
    public static string? Find(string name, params ReadOnlySpan<IEnumerable<KeyValue>?> lists)
    {
        foreach (var list in lists)
        {
            if (list?.FirstOrDefault(attribute => attribute.Key == name) is { } found)
            {
                return Text(found.Value);
            }
        }

        return null;
    }

    /// <summary>An attribute's name as a label's; one that Tempo's own labels have gets two underscores before it.</summary>
    public static string Label(string name, IReadOnlyList<string> taken)
    {
        var label = NotInLabels().Replace(name, "_");
        return taken.Contains(label) ? "__" + label : label;
    }

    /// <summary>Seconds from start to end; a span that ends before it starts takes none.</summary>
    public static double Seconds(Span span) =>
        span.EndTimeUnixNano > span.StartTimeUnixNano ? (span.EndTimeUnixNano - span.StartTimeUnixNano) / 1e9 : 0;

    private static string Text(AnyValue? value) => value?.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => value.StringValue,
        AnyValue.ValueOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        AnyValue.ValueOneofCase.IntValue => value.IntValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.DoubleValue => value.DoubleValue.ToString("R", CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.ArrayValue => $"[{string.Concat(value.ArrayValue.Values.Select(Text))}]",
        AnyValue.ValueOneofCase.KvlistValue => $"{{{string.Concat(value.KvlistValue.Values.Select(pair => $"{pair.Key}:{Text(pair.Value)}"))}}}",
        _ => "",
    };

    [GeneratedRegex("[^a-zA-Z0-9_]")]
    private static partial Regex NotInLabels();
}
