using TempoCos.Otlp;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>The columns of spans' events.</summary>
internal sealed class EventColumns(ColumnBuffers columns, string path)
{
    private const int Level = 4;
    private readonly LevelBuffer _levels = columns.Levels($"{path}.list");
    private readonly ValueBuffer<long> _time = columns.Column<ValueBuffer<long>>($"{path}.list.element.TimeSinceStartNano");
    private readonly TextBuffer _name = columns.Column<TextBuffer>($"{path}.list.element.Name");
    private readonly AttributeColumns _attributes = new(columns, $"{path}.list.element", Level + 1);
    private readonly ValueBuffer<int> _dropped = columns.Column<ValueBuffer<int>>($"{path}.list.element.DroppedAttributesCount");

    public void AddMissing(int repetition, int definition)
    {
        _levels.Add(repetition, definition);
        _attributes.AddMissing(repetition, definition);
    }

    public void Add(int repetition, Span span)
    {
        if (span.Events.Count == 0)
        {
            AddMissing(repetition, Level - 1);
            return;
        }

        foreach (var item in span.Events)
        {
            _levels.Add(repetition, Level);
            _time.Add(unchecked((long)(item.TimeUnixNano - span.StartTimeUnixNano)));
            _name.Add(item.Name);
            _attributes.Add(repetition, item.Attributes);
            _dropped.Add(unchecked((int)item.DroppedAttributesCount));
            repetition = Level;
        }
    }
}
