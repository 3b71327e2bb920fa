using TempoCos.Otlp;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>Sorts attributes into those with columns of their own and the rest. One instance serves one owner at a time.</summary>
internal sealed class AttributeSplit
{
    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _integers = new(StringComparer.Ordinal);

    /// <param name="texts">Keys with text columns, in column order.</param>
    /// <param name="integers">Keys with integer columns, in column order.</param>
    public AttributeSplit(IReadOnlyList<string> texts, IReadOnlyList<string> integers)
    {
        (Texts, Integers) = (new string?[texts.Count], new long?[integers.Count]);
        for (var i = 0; i < texts.Count; i++)
        {
            _texts.TryAdd(texts[i], i);
        }

        for (var i = 0; i < integers.Count; i++)
        {
            _integers.TryAdd(integers[i], i);
        }
    }

    public string?[] Texts { get; }

    public long?[] Integers { get; }

    /// <summary>Attributes without a column of their own, or of another type than it has, in their order.</summary>
    public List<KeyValue> Rest { get; } = [];

    /// <summary>Of several attributes for one column the last wins.</summary>
    public void Split(IEnumerable<KeyValue> attributes)
    {
        Array.Clear(Texts);
        Array.Clear(Integers);
        Rest.Clear();
        foreach (var attribute in attributes)
        {
            switch (attribute.Value?.ValueCase)
            {
                case AnyValue.ValueOneofCase.StringValue when _texts.TryGetValue(attribute.Key, out var text):
                    Texts[text] = attribute.Value.StringValue;
                    break;
                case AnyValue.ValueOneofCase.IntValue when _integers.TryGetValue(attribute.Key, out var integer):
                    Integers[integer] = attribute.Value.IntValue;
                    break;
                default:
                    Rest.Add(attribute);
                    break;
            }
        }
    }
}
