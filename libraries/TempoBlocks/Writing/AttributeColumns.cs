using Google.Protobuf.Collections;
using TempoCos.Otlp;
using TempoCos.TempoBlocks.Rows;
using ValueCase = TempoCos.Otlp.AnyValue.ValueOneofCase;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>The columns of one attribute list, below <paramref name="path"/>; <paramref name="level"/> is the list's repetition level.</summary>
internal sealed class AttributeColumns(ColumnBuffers columns, string path, int level)
{
    private const int RememberedPlaces = 64;
    private readonly int[] _keyGuesses = new int[RememberedPlaces];
    private readonly int[] _textGuesses = new int[RememberedPlaces];
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
    public void Add(int repetition, List<KeyValue> attributes)
    {
        for (var i = 0; i < attributes.Count; i++)
        {
            Add(i == 0 ? repetition : level, attributes[i], i);
        }

        if (attributes.Count == 0)
        {
            AddMissing(repetition, level - 1);
        }
    }

    /// <inheritdoc cref="Add(int, List{KeyValue})"/>
    public void Add(int repetition, RepeatedField<KeyValue> attributes)
    {
        for (var i = 0; i < attributes.Count; i++)
        {
            Add(i == 0 ? repetition : level, attributes[i], i);
        }

        if (attributes.Count == 0)
        {
            AddMissing(repetition, level - 1);
        }
    }

    private void Add(int repetition, KeyValue attribute, int place)
    {
        _levels.Add(repetition, level);
        _key.Add(attribute.Key, ref _keyGuesses[place % RememberedPlaces]);
        var value = attribute.Value;
        string? json = null;
        var isArray = false;
        switch (value?.ValueCase)
        {
            case ValueCase.StringValue or ValueCase.IntValue or ValueCase.DoubleValue or ValueCase.BoolValue:
                AddItem(repetition, value.ValueCase, value, ref _textGuesses[place % RememberedPlaces]);
                AddNoValues(repetition, level, value.ValueCase);
                break;
            case ValueCase.ArrayValue when ItemType(value.ArrayValue.Values) is { } type:
                isArray = true;
                AddArray(repetition, type, value.ArrayValue.Values);
                break;
            default:
                json = AnyValueJson.Write(value);
                AddNoValues(repetition, level);
                break;
        }

        _isArray.Add(isArray);
        _unsupported.AddOptional(repetition, json);
    }

    private void AddArray(int repetition, ValueCase type, RepeatedField<AnyValue> items)
    {
        var guess = 0;
        AddNoValues(repetition, level, items.Count > 0 ? type : ValueCase.None);
        foreach (var item in items)
        {
            AddItem(repetition, type, item, ref guess);
            repetition = level + 1;
        }
    }

    private void AddItem(int repetition, ValueCase type, AnyValue item, ref int guess)
    {
        switch (type)
        {
            case ValueCase.StringValue:
                _text.Levels.Add(repetition, level + 1);
                _text.Add(item.StringValue, ref guess);
                break;
            case ValueCase.IntValue:
                _integer.Levels.Add(repetition, level + 1);
                _integer.Add(item.IntValue);
                break;
            case ValueCase.DoubleValue:
                _double.Levels.Add(repetition, level + 1);
                _double.Add(item.DoubleValue);
                break;
            default:
                _boolean.Levels.Add(repetition, level + 1);
                _boolean.Add(item.BoolValue);
                break;
        }
    }

    private void AddNoValues(int repetition, int definition, ValueCase except = ValueCase.None)
    {
        if (except != ValueCase.StringValue)
        {
            _text.Levels.Add(repetition, definition);
        }

        if (except != ValueCase.IntValue)
        {
            _integer.Levels.Add(repetition, definition);
        }

        if (except != ValueCase.DoubleValue)
        {
            _double.Levels.Add(repetition, definition);
        }

        if (except != ValueCase.BoolValue)
        {
            _boolean.Levels.Add(repetition, definition);
        }
    }

    // The common type of an array's items; an empty array counts as one of strings. Null: mixed or without a column.
    private static ValueCase? ItemType(RepeatedField<AnyValue> items)
    {
        if (items.Count == 0)
        {
            return ValueCase.StringValue;
        }

        var type = items[0].ValueCase;
        return type is ValueCase.StringValue or ValueCase.IntValue or ValueCase.DoubleValue or ValueCase.BoolValue
            && items.All(v => v.ValueCase == type) ? type : null;
    }
}
