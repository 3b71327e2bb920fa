using TempoCos.Otlp;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>Attributes by key in the order of their UTF-8 bytes; those of one key stay in their order.</summary>
internal static class AttributeOrder
{
    private const int Few = 16;

    public static void Sort(List<KeyValue> attributes)
    {
        if (attributes.Count > Few)
        {
            var sorted = attributes.OrderBy(a => a.Key, Comparer<string>.Create(Compare)).ToList();
            attributes.Clear();
            attributes.AddRange(sorted);
            return;
        }

        for (var i = 1; i < attributes.Count; i++)
        {
            var attribute = attributes[i];
            var at = i;
            for (; at > 0 && Compare(attributes[at - 1].Key, attribute.Key) > 0; at--)
            {
                attributes[at] = attributes[at - 1];
            }

            attributes[at] = attribute;
        }
    }

    /// <summary>The order of the texts' UTF-8 bytes, in which surrogates come after all other characters.</summary>
    public static int Compare(string left, string right)
    {
        var common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        var (a, b) = (left[common], right[common]);
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
    }
}
