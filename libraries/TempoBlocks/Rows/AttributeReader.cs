using Google.Protobuf.Collections;
using TempoCos.Otlp;
using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Rows;

/// <summary>Reads one of the row's attribute lists (vParquet3 to 5).</summary>
internal sealed class AttributeReader
{
    private static readonly string[] JsonColumns = ["ValueUnsupported", "ValueKVList", "ValueArray"];
    private readonly RepeatedGroup _group;
    private readonly int _level;
    private readonly ColumnCursor _key;
    private readonly ColumnCursor? _isArray;
    private readonly ColumnCursor _string;
    private readonly ColumnCursor? _integer;
    private readonly ColumnCursor? _double;
    private readonly ColumnCursor? _boolean;
    private readonly ColumnCursor[] _json;
    private readonly bool _isProtobuf;
    private readonly List<string> _strings = [];
    private readonly List<long> _integers = [];
    private readonly List<double> _doubles = [];
    private readonly List<bool> _booleans = [];

    private AttributeReader(RowColumns columns, string name)
    {
        _key = columns.Require($"{name}.Key", PhysicalType.ByteArray);
        _level = _key.Leaf.MaxRepetition;
        _group = new RepeatedGroup(_key, columns.Below(name));
        _isArray = columns.Optional($"{name}.IsArray", PhysicalType.Boolean);
        _string = columns.Require($"{name}.Value", PhysicalType.ByteArray);
        _integer = columns.Optional($"{name}.ValueInt", PhysicalType.Int64);
        _double = columns.Optional($"{name}.ValueDouble", PhysicalType.Double);
        _boolean = columns.Optional($"{name}.ValueBool", PhysicalType.Boolean);
        _json =
        [
            .. JsonColumns.Select(n => columns.Optional($"{name}.{n}", PhysicalType.ByteArray)).OfType<ColumnCursor>(),
        ];
        _isProtobuf = _integer is null && _json.Length == 0;
    }

    /// <summary>Null when the version has no such attributes.</summary>
    public static AttributeReader? Create(RowColumns columns, string name) =>
        columns.Optional($"{name}.Key", PhysicalType.ByteArray) is null ? null : new AttributeReader(columns, name);

    public void ReadInto(RepeatedField<KeyValue> attributes)
    {
        if (!_group.Enter())
        {
            return;
        }

        do
        {
            attributes.Add(new KeyValue { Key = _key.ReadText(), Value = _isProtobuf ? ReadProtobuf() : ReadValue() });
        }
        while (_group.More);
    }

    private AnyValue ReadProtobuf()
    {
        try
        {
            return AnyValue.Parser.ParseFrom(_string.ReadBytes());
        }
        catch (Google.Protobuf.InvalidProtocolBufferException e)
        {
            throw new InvalidDataException($"an attribute's value cannot be read: {e.Message}", e);
        }
    }

    private AnyValue ReadValue()
    {
        var isArray = _isArray is not null && _isArray.ReadBoolean();
        Repeated.Read(_string, _level, c => c.ReadText(), _strings);
        Read(_integer, c => c.ReadInteger(), _integers);
        Read(_double, c => c.ReadDouble(), _doubles);
        Read(_boolean, c => c.ReadBoolean(), _booleans);
        string? json = null;
        foreach (var cursor in _json)
        {
            json = cursor.ReadOptionalText() is { Length: > 0 } text ? text : json;
        }

        if (json is not null)
        {
            return AnyValueJson.Read(json);
        }

        return isArray ? ReadArray()
            : _strings.Count > 0 ? new AnyValue { StringValue = _strings[0] }
            : _integers.Count > 0 ? new AnyValue { IntValue = _integers[0] }
            : _doubles.Count > 0 ? new AnyValue { DoubleValue = _doubles[0] }
            : _booleans.Count > 0 ? new AnyValue { BoolValue = _booleans[0] }
            : new AnyValue();
    }

    private AnyValue ReadArray()
    {
        var array = new ArrayValue();
        array.Values.AddRange(_strings.Select(v => new AnyValue { StringValue = v }));
        array.Values.AddRange(_integers.Select(v => new AnyValue { IntValue = v }));
        array.Values.AddRange(_doubles.Select(v => new AnyValue { DoubleValue = v }));
        array.Values.AddRange(_booleans.Select(v => new AnyValue { BoolValue = v }));
        return new AnyValue { ArrayValue = array };
    }

    private void Read<T>(ColumnCursor? cursor, Func<ColumnCursor, T> read, List<T> values)
    {
        if (cursor is not null)
        {
            Repeated.Read(cursor, _level, read, values);
        }
    }
}
