using Google.Protobuf.Collections;
using TempoCos.Otlp;
using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Rows;

/// <summary>Reads a span's events.</summary>
internal sealed class EventReader
{
    private readonly RepeatedGroup _group;
    private readonly ColumnCursor _name;
    private readonly ColumnCursor? _sinceStart;
    private readonly ColumnCursor? _time;
    private readonly ColumnCursor _dropped;
    private readonly AttributeReader? _attributes;
    private readonly AttributeColumn[] _dedicated;

    public EventReader(RowColumns columns, string name, IReadOnlyList<DedicatedColumn> dedicated)
    {
        _name = columns.Require($"{name}.Name", PhysicalType.ByteArray);
        _group = new RepeatedGroup(_name, columns.Below(name));
        _sinceStart = columns.Optional($"{name}.TimeSinceStartNano", PhysicalType.Int64);
        _time = _sinceStart is null ? columns.Require($"{name}.TimeUnixNano", PhysicalType.Int64) : null;
        _dropped = columns.Require($"{name}.DroppedAttributesCount", PhysicalType.Int32);
        _attributes = AttributeReader.Create(columns, $"{name}.Attrs");
        _dedicated = [.. AttributeColumn.Dedicated(columns, name, "event", dedicated, _name.Leaf.MaxRepetition)];
    }

    public void ReadInto(RepeatedField<Span.Types.Event> events, ulong spanStart)
    {
        if (!_group.Enter())
        {
            return;
        }

        do
        {
            var item = new Span.Types.Event
            {
                Name = _name.ReadText(),
                TimeUnixNano = unchecked(_time is null ? spanStart + (ulong)_sinceStart!.ReadInteger() : (ulong)_time.ReadInteger()),
                DroppedAttributesCount = unchecked((uint)_dropped.ReadInteger()),
            };
            _attributes?.ReadInto(item.Attributes);
            foreach (var column in _dedicated)
            {
                column.ReadInto(item.Attributes);
            }

            events.Add(item);
        }
        while (_group.More);
    }
}
