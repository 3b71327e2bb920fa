using TempoCos.Otlp;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>The columns of spans' links.</summary>
internal sealed class LinkColumns(ColumnBuffers columns, string path)
{
    private const int Level = 4;
    private readonly LevelBuffer _levels = columns.Levels($"{path}.list");
    private readonly BytesBuffer _traceId = columns.Column<BytesBuffer>($"{path}.list.element.TraceID");
    private readonly BytesBuffer _spanId = columns.Column<BytesBuffer>($"{path}.list.element.SpanID");
    private readonly BytesBuffer _state = columns.Column<BytesBuffer>($"{path}.list.element.TraceState");
    private readonly AttributeColumns _attributes = new(columns, $"{path}.list.element", Level + 1);
    private readonly ValueBuffer<int> _dropped = columns.Column<ValueBuffer<int>>($"{path}.list.element.DroppedAttributesCount");

    public void AddMissing(int repetition, int definition)
    {
        _levels.Add(repetition, definition);
        _attributes.AddMissing(repetition, definition);
    }

    public void Add(int repetition, Span span)
    {
        if (span.Links.Count == 0)
        {
            AddMissing(repetition, Level - 1);
            return;
        }

        foreach (var link in span.Links)
        {
            _levels.Add(repetition, Level);
            _traceId.Add(link.TraceId.Span);
            _spanId.Add(link.SpanId.Span);
            _state.Add(link.TraceState);
            _attributes.Add(repetition, link.Attributes);
            _dropped.Add(unchecked((int)link.DroppedAttributesCount));
            repetition = Level;
        }
    }
}
