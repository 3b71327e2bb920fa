using Google.Protobuf.Collections;
using TempoCos.Otlp;
using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Rows;

/// <summary>An attribute with a column of its own: static by the format's version, or dedicated by the block's description.</summary>
internal sealed class AttributeColumn(ColumnCursor cursor, string key, int level)
{
    private readonly List<string> _strings = [];
    private readonly List<long> _integers = [];

    /// <summary>The static columns of a group that are in the file.</summary>
    public static IEnumerable<AttributeColumn> Static(RowColumns columns, string group, IEnumerable<(string Column, string Key, bool IsInteger)> names, int level) =>
        from n in names
        let cursor = columns.Optional($"{group}.{n.Column}", n.IsInteger ? PhysicalType.Int64 : PhysicalType.ByteArray)
        where cursor is not null
        select new AttributeColumn(cursor, n.Key, level);

    /// <summary>
    /// The dedicated columns of a scope, in the description's order; columns that the description does not name are consumed too,
    /// with the key null, so that all cursors keep step.
    /// </summary>
    public static IEnumerable<AttributeColumn> Dedicated(
        RowColumns columns, string group, string scope, IReadOnlyList<DedicatedColumn> dedicated, int level)
    {
        var named = new HashSet<ColumnCursor>();
        foreach (var (column, name) in StaticColumns.Dedicated(dedicated, scope))
        {
            var type = column.Type == "int" ? PhysicalType.Int64 : PhysicalType.ByteArray;
            if (columns.Optional($"{group}.DedicatedAttributes.{name}", type) is { } cursor)
            {
                named.Add(cursor);
                yield return new AttributeColumn(cursor, column.Name, level);
            }
        }

        foreach (var cursor in columns.Below($"{group}.DedicatedAttributes").Where(c => !named.Contains(c)))
        {
            yield return new AttributeColumn(cursor, "", level);
        }
    }

    public void ReadInto(RepeatedField<KeyValue> attributes)
    {
        if (!cursor.HasValue)
        {
            cursor.Skip();
            return;
        }

        if (cursor.Leaf.Type == PhysicalType.ByteArray)
        {
            Repeated.Read(cursor, level, c => c.ReadText(), _strings);
            Add(attributes, _strings, v => new AnyValue { StringValue = v });
        }
        else
        {
            Repeated.Read(cursor, level, c => c.ReadInteger(), _integers);
            Add(attributes, _integers, v => new AnyValue { IntValue = v });
        }
    }

    private void Add<T>(RepeatedField<KeyValue> attributes, List<T> values, Func<T, AnyValue> convert)
    {
        if (key.Length == 0 || values.Count == 0)
        {
            return;
        }

        var value = values.Count == 1
            ? convert(values[0])
            : new AnyValue { ArrayValue = new ArrayValue { Values = { values.Select(convert) } } };
        attributes.Add(new KeyValue { Key = key, Value = value });
    }
}
