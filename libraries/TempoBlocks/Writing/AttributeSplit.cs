using Google.Protobuf.Collections;
using TempoCos.Otlp;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>Sorts attributes into those with columns of their own and the rest.</summary>
internal sealed class AttributeSplit
{
    // Spans of one program have the same keys in the same order: what a key at this place meant last time.
    private const int RememberedPlaces = 64;
    private readonly Dictionary<string, int> _textColumns = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _integerColumns = new(StringComparer.Ordinal);
    private readonly (string? Key, int Text, int Integer)[] _remembered = new (string?, int, int)[RememberedPlaces];

    /// <param name="texts">Keys with text columns, in column order.</param>
    /// <param name="integers">Keys with integer columns, in column order.</param>
    public AttributeSplit(IReadOnlyList<string> texts, IReadOnlyList<string> integers)
    {
        (TextColumns, IntegerColumns) = (texts.Count, integers.Count);
        for (var i = 0; i < texts.Count; i++)
        {
            _textColumns.TryAdd(texts[i], i);
        }

        for (var i = 0; i < integers.Count; i++)
        {
            _integerColumns.TryAdd(integers[i], i);
        }
    }

    public int TextColumns { get; }

    public int IntegerColumns { get; }

    /// <summary>
    /// Fills what <paramref name="attributes"/> say about the columns, of several for one column the last, and <paramref name="rest"/> with those
    /// that have no column of their own or are of another type than it has, in their order.
    /// </summary>
    public void Split(RepeatedField<KeyValue> attributes, string?[] texts, long?[] integers, List<KeyValue> rest)
    {
        Array.Clear(texts);
        Array.Clear(integers);
        rest.Clear();
        for (var i = 0; i < attributes.Count; i++)
        {
            var attribute = attributes[i];
            var (text, integer) = ColumnsOf(attribute.Key, i);
            if (text >= 0 && attribute.Value is { HasStringValue: true } textual)
            {
                texts[text] = textual.StringValue;
            }
            else if (integer >= 0 && attribute.Value is { HasIntValue: true } number)
            {
                integers[integer] = number.IntValue;
            }
            else
            {
                rest.Add(attribute);
            }
        }
    }

    private (int Text, int Integer) ColumnsOf(string key, int place)
    {
        ref var remembered = ref _remembered[place % RememberedPlaces];
        if (!string.Equals(remembered.Key, key))
        {
            remembered = (key, _textColumns.GetValueOrDefault(key, -1), _integerColumns.GetValueOrDefault(key, -1));
        }

        return (remembered.Text, remembered.Integer);
    }
}
