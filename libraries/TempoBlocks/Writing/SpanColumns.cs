using Google.Protobuf;
using TempoCos.Otlp;
using TempoCos.TempoBlocks.Rows;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>The columns of spans with their events and links.</summary>
internal sealed class SpanColumns
{
    private const string Path = "rs.list.element.ss.list.element.Spans.list.element";
    private const int Level = 3;
    private readonly LevelBuffer _levels;
    private readonly BytesBuffer _spanId;
    private readonly BytesBuffer _parentSpanId;
    private readonly ValueBuffer<int> _parent;
    private readonly ValueBuffer<int> _left;
    private readonly ValueBuffer<int> _right;
    private readonly TextBuffer _name;
    private readonly ValueBuffer<long> _kind;
    private readonly BytesBuffer _state;
    private readonly ValueBuffer<long> _start;
    private readonly ValueBuffer<long> _duration;
    private readonly ValueBuffer<long> _statusCode;
    private readonly BytesBuffer _statusMessage;
    private readonly AttributeColumns _attributes;
    private readonly ValueBuffer<int> _droppedAttributes;
    private readonly EventColumns _events;
    private readonly ValueBuffer<int> _droppedEvents;
    private readonly LinkColumns _links;
    private readonly ValueBuffer<int> _droppedLinks;
    private readonly TextBuffer[] _texts;
    private readonly ValueBuffer<long> _statusColumn;
    private readonly AttributeSplit _split;
    private readonly string?[] _ownTexts;
    private readonly long?[] _ownIntegers;
    private readonly List<KeyValue> _rest = [];

    public SpanColumns(ColumnBuffers columns, IReadOnlyList<string> dedicated)
    {
        _levels = columns.Levels("rs.list.element.ss.list.element.Spans.list");
        _spanId = columns.Column<BytesBuffer>($"{Path}.SpanID");
        _parentSpanId = columns.Column<BytesBuffer>($"{Path}.ParentSpanID");
        _parent = columns.Column<ValueBuffer<int>>($"{Path}.ParentID");
        _left = columns.Column<ValueBuffer<int>>($"{Path}.NestedSetLeft");
        _right = columns.Column<ValueBuffer<int>>($"{Path}.NestedSetRight");
        _name = columns.Column<TextBuffer>($"{Path}.Name");
        _kind = columns.Column<ValueBuffer<long>>($"{Path}.Kind");
        _state = columns.Column<BytesBuffer>($"{Path}.TraceState");
        _start = columns.Column<ValueBuffer<long>>($"{Path}.StartTimeUnixNano");
        _duration = columns.Column<ValueBuffer<long>>($"{Path}.DurationNano");
        _statusCode = columns.Column<ValueBuffer<long>>($"{Path}.StatusCode");
        _statusMessage = columns.Column<BytesBuffer>($"{Path}.StatusMessage");
        _attributes = new AttributeColumns(columns, Path, Level + 1);
        _droppedAttributes = columns.Column<ValueBuffer<int>>($"{Path}.DroppedAttributesCount");
        _events = new EventColumns(columns, $"{Path}.Events");
        _droppedEvents = columns.Column<ValueBuffer<int>>($"{Path}.DroppedEventsCount");
        _links = new LinkColumns(columns, $"{Path}.Links");
        _droppedLinks = columns.Column<ValueBuffer<int>>($"{Path}.DroppedLinksCount");
        var texts = StaticColumns.Span.Where(c => !c.IsInteger).ToList();
        _texts =
        [
            .. texts.Select(c => columns.Column<TextBuffer>($"{Path}.{c.Column}")),
            .. Enumerable.Range(1, 10).Select(i => columns.Column<TextBuffer>($"{Path}.DedicatedAttributes.String{i:00}")),
        ];
        _statusColumn = columns.Column<ValueBuffer<long>>($"{Path}.HttpStatusCode");
        _split = new AttributeSplit([.. texts.Select(c => c.Key), .. dedicated], [.. StaticColumns.Span.Where(c => c.IsInteger).Select(c => c.Key)]);
        (_ownTexts, _ownIntegers) = (new string?[_split.TextColumns], new long?[_split.IntegerColumns]);
    }

    public void AddMissing(int repetition, int definition)
    {
        _levels.Add(repetition, definition);
        _attributes.AddMissing(repetition, definition);
        _events.AddMissing(repetition, definition);
        _links.AddMissing(repetition, definition);
        foreach (var column in _texts)
        {
            column.Levels.Add(repetition, definition);
        }

        _statusColumn.Levels.Add(repetition, definition);
    }

    public void Add(int repetition, Span span, int left, int right, int parent)
    {
        _levels.Add(repetition, Level);
        _spanId.Add(span.SpanId.Span);
        _parentSpanId.Add(span.ParentSpanId.Span);
        _parent.Add(parent);
        _left.Add(left);
        _right.Add(right);
        _name.Add(span.Name);
        _kind.Add((long)span.Kind);
        _state.Add(span.TraceState);
        _start.Add(unchecked((long)span.StartTimeUnixNano));
        _duration.Add(unchecked((long)(span.EndTimeUnixNano - span.StartTimeUnixNano)));
        _statusCode.Add((long)(span.Status?.Code ?? Status.Types.StatusCode.Unset));
        _statusMessage.Add(span.Status?.Message ?? "");
        _droppedAttributes.Add(unchecked((int)span.DroppedAttributesCount));
        _droppedEvents.Add(unchecked((int)span.DroppedEventsCount));
        _droppedLinks.Add(unchecked((int)span.DroppedLinksCount));
        _split.Split(span.Attributes, _ownTexts, _ownIntegers, _rest);
        _attributes.Add(repetition, _rest);
        _events.Add(repetition, span);
        _links.Add(repetition, span);
        for (var i = 0; i < _texts.Length; i++)
        {
            _texts[i].AddOptional(repetition, i < _ownTexts.Length ? _ownTexts[i] : null);
        }

        var status = _ownIntegers[0];
        _statusColumn.Levels.Add(repetition, status is null ? Level : Level + 1);
        if (status is { } code)
        {
            _statusColumn.Add(code);
        }
    }
}
