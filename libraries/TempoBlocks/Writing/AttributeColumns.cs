using TempoCos.Otlp;
using TempoCos.TempoBlocks.Rows;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>The columns of one attribute list, below <paramref name="path"/>; <paramref name="level"/> is the list's repetition level.</summary>
internal sealed class AttributeColumns(ColumnBuffers columns, string path, int level)
{
    private readonly LevelBuffer _levels = columns.Levels($"{path}.Attrs.list");
    private readonly TextBuffer _key = columns.Column<TextBuffer>($"{path}.Attrs.list.element.Key");
    private readonly ValueBuffer<bool> _isArray = columns.Column<ValueBuffer<bool>>($"{path}.Attrs.list.element.IsArray");
    private readonly TextBuffer _text = columns.Column<TextBuffer>($"{path}.Attrs.list.element.Value.list.element");
    private readonly ValueBuffer<long> _integer = columns.Column<ValueBuffer<long>>($"{path}.Attrs.list.element.ValueInt.list.element");
    private readonly ValueBuffer<double> _double = columns.Column<ValueBuffer<double>>($"{path}.Attrs.list.element.ValueDouble.list.element");
    private readonly ValueBuffer<bool> _boolean = columns.Column<ValueBuffer<bool>>($"{path}.Attrs.list.element.ValueBool.list.element");
    private readonly BytesBuffer _unsupported = columns.Column<BytesBuffer>($"{path}.Attrs.list.element.ValueUnsupported");

    /// <summary>An empty list, or one whose owner does not exist either (<paramref name="definition"/> below the owner's level).</summary>
    public void AddMissing(int repetition, int definition)
    {
        _levels.Add(repetition, definition);
        AddNoValues(repetition, definition);
        _unsupported.Levels.Add(repetition, definition);
    }

    /// <summary>The list of one owner, whose entry has the repetition level <paramref name="repetition"/>.</summary>
    public void Add(int repetition, IReadOnlyList<KeyValue> attributes)
    {
        if (attributes.Count == 0)
        {
            AddMissing(repetition, level - 1);
            return;
        }

        foreach (var attribute in attributes)
        {
            _levels.Add(repetition, level);
            _key.Add(attribute.Key);
            AddValue(repetition, attribute.Value);
            repetition = level;
        }
    }

    private void AddValue(int repetition, AnyValue? value)
    {
        string? json = null;
        var isArray = false;
        switch (value?.ValueCase)
        {
            case AnyValue.ValueOneofCase.StringValue or AnyValue.ValueOneofCase.IntValue
                or AnyValue.ValueOneofCase.DoubleValue or AnyValue.ValueOneofCase.BoolValue:
                AddItem(repetition, value.ValueCase, value);
                AddNoValues(repetition, level, value.ValueCase);
                break;
            case AnyValue.ValueOneofCase.ArrayValue when ItemType(value.ArrayValue) is { } type:
                isArray = true;
                AddArray(repetition, type, value.ArrayValue);
                break;
            default:
                json = AnyValueJson.Write(value);
                AddNoValues(repetition, level);
                break;
        }

        _isArray.Add(isArray);
        _unsupported.AddOptional(repetition, json);
    }

    private void AddArray(int repetition, AnyValue.ValueOneofCase type, ArrayValue array)
    {
        AddNoValues(repetition, level, array.Values.Count > 0 ? type : AnyValue.ValueOneofCase.None);
        foreach (var item in array.Values)
        {
            AddItem(repetition, type, item);
            repetition = level + 1;
        }
    }

    private void AddItem(int repetition, AnyValue.ValueOneofCase type, AnyValue item)
    {
        switch (type)
        {
            case AnyValue.ValueOneofCase.StringValue:
                _text.Levels.Add(repetition, level + 1);
                _text.Add(item.StringValue);
                break;
            case AnyValue.ValueOneofCase.IntValue:
                _integer.Levels.Add(repetition, level + 1);
                _integer.Add(item.IntValue);
                break;
            case AnyValue.ValueOneofCase.DoubleValue:
                _double.Levels.Add(repetition, level + 1);
                _double.Add(item.DoubleValue);
                break;
            default:
                _boolean.Levels.Add(repetition, level + 1);
                _boolean.Add(item.BoolValue);
                break;
        }
    }

    private void AddNoValues(int repetition, int definition, AnyValue.ValueOneofCase except = AnyValue.ValueOneofCase.None)
    {
        if (except != AnyValue.ValueOneofCase.StringValue)
        {
            _text.Levels.Add(repetition, definition);
        }

        if (except != AnyValue.ValueOneofCase.IntValue)
        {
            _integer.Levels.Add(repetition, definition);
        }

        if (except != AnyValue.ValueOneofCase.DoubleValue)
        {
            _double.Levels.Add(repetition, definition);
        }

        if (except != AnyValue.ValueOneofCase.BoolValue)
        {
            _boolean.Levels.Add(repetition, definition);
        }
    }

    // The common type of an array's items; an empty array counts as one of strings. Null: mixed or without a column.
    private static AnyValue.ValueOneofCase? ItemType(ArrayValue array)
    {
        if (array.Values.Count == 0)
        {
            return AnyValue.ValueOneofCase.StringValue;
        }

        var type = array.Values[0].ValueCase;
        return type is AnyValue.ValueOneofCase.StringValue or AnyValue.ValueOneofCase.IntValue
            or AnyValue.ValueOneofCase.DoubleValue or AnyValue.ValueOneofCase.BoolValue
            && array.Values.All(v => v.ValueCase == type) ? type : null;
    }
}
