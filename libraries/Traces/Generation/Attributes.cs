using Google.Protobuf;
using Google.Protobuf.Collections;
using TempoCos.Otlp;

namespace TempoCos.Traces.Generation;

/// <summary>One method a value type, so that what a profile writes is what goes over the wire.</summary>
internal static class Attributes
{
    public static RepeatedField<KeyValue> Set(this RepeatedField<KeyValue> attributes, string key, AnyValue value)
    {
        attributes.Add(Pair(key, value));
        return attributes;
    }

    public static RepeatedField<KeyValue> Set(this RepeatedField<KeyValue> attributes, string key, string value) => attributes.Set(key, Text(value));

    public static RepeatedField<KeyValue> Set(this RepeatedField<KeyValue> attributes, string key, bool value) => attributes.Set(key, new AnyValue { BoolValue = value });

    public static RepeatedField<KeyValue> Set(this RepeatedField<KeyValue> attributes, string key, long value) => attributes.Set(key, new AnyValue { IntValue = value });

    public static RepeatedField<KeyValue> Set(this RepeatedField<KeyValue> attributes, string key, double value) => attributes.Set(key, new AnyValue { DoubleValue = value });

    public static RepeatedField<KeyValue> Set(this RepeatedField<KeyValue> attributes, string key, byte[] value) =>
        attributes.Set(key, new AnyValue { BytesValue = ByteString.CopyFrom(value) });

    public static AnyValue Text(string value) => new() { StringValue = value };

    public static AnyValue Array(params IEnumerable<string> values) => Array(values.Select(Text));

    public static AnyValue Array(params IEnumerable<long> values) => Array(values.Select(value => new AnyValue { IntValue = value }));

    public static AnyValue Array(params IEnumerable<double> values) => Array(values.Select(value => new AnyValue { DoubleValue = value }));

    public static AnyValue Array(params IEnumerable<bool> values) => Array(values.Select(value => new AnyValue { BoolValue = value }));

    public static AnyValue Array(params IEnumerable<AnyValue> values)
    {
        var array = new ArrayValue();
        array.Values.AddRange(values);
        return new AnyValue { ArrayValue = array };
    }

    public static AnyValue Map(params IEnumerable<KeyValue> pairs)
    {
        var list = new KeyValueList();
        list.Values.AddRange(pairs);
        return new AnyValue { KvlistValue = list };
    }

    public static KeyValue Pair(string key, AnyValue value) => new() { Key = key, Value = value };
}
