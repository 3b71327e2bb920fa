using Google.Protobuf.Collections;
using TempoCos.Otlp;
using TempoCos.Tempo.TraceQL;

namespace TempoCos.Tempo.Metrics;

/// <summary>The labels of a series as they go over the wire.</summary>
internal sealed class LabelSet(IReadOnlyList<KeyValue> labels) : IEquatable<LabelSet>, IComparable<LabelSet>
{
    public IReadOnlyList<KeyValue> Labels => labels;

    public static LabelSet Without(RepeatedField<KeyValue> labels, string name) => new([.. labels.Where(label => label.Key != name)]);

    public static AnyValue? Find(RepeatedField<KeyValue> labels, string name) => labels.FirstOrDefault(label => label.Key == name)?.Value;

    public LabelSet With(string name, Static value) => new([.. labels, new() { Key = name, Value = value.ToAnyValue() }]);

    public bool Equals(LabelSet? other) => other is not null && labels.SequenceEqual(other.Labels);

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode() => labels.Aggregate(0, (hash, label) => HashCode.Combine(hash, label));

    /// <summary>By name and text of each label.</summary>
    public int CompareTo(LabelSet? other)
    {
        var order = labels.Count.CompareTo(other!.Labels.Count);
        for (var i = 0; order == 0 && i < labels.Count; i++)
        {
            order = string.CompareOrdinal(labels[i].Key, other.Labels[i].Key);
            order = order != 0 ? order : string.CompareOrdinal(Text(labels[i].Value), Text(other.Labels[i].Value));
        }

        return order;
    }

    private static string Text(AnyValue value) => value.ValueCase == AnyValue.ValueOneofCase.StringValue ? value.StringValue : value.ToString();
}
