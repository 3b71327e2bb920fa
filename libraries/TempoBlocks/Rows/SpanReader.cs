using Google.Protobuf;
using Google.Protobuf.Collections;
using TempoCos.Otlp;
using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Rows;

/// <summary>Reads a scope's spans.</summary>
internal sealed class SpanReader
{
    private const string Name = "rs.ss.Spans";
    private static readonly string[] DerivedColumns =
    [
        "ParentID", "NestedSetLeft", "NestedSetRight", "ChildCount",
        "StartTimeRounded15", "StartTimeRounded60", "StartTimeRounded300", "StartTimeRounded3600",
    ];

    private readonly RepeatedGroup _group;
    private readonly ColumnCursor _spanId;
    private readonly ColumnCursor _parentSpanId;
    private readonly ColumnCursor _name;
    private readonly ColumnCursor _kind;
    private readonly ColumnCursor _state;
    private readonly ColumnCursor _start;
    private readonly ColumnCursor _duration;
    private readonly ColumnCursor _statusCode;
    private readonly ColumnCursor _statusMessage;
    private readonly ColumnCursor _droppedAttributes;
    private readonly ColumnCursor _droppedEvents;
    private readonly ColumnCursor _droppedLinks;
    private readonly ColumnCursor[] _derived;
    private readonly AttributeReader? _attributes;
    private readonly EventReader _events;
    private readonly LinkReader _links;
    private readonly AttributeColumn[] _columns;

    public SpanReader(RowColumns columns, IReadOnlyList<DedicatedColumn> dedicated)
    {
        _spanId = columns.Require($"{Name}.SpanID", PhysicalType.ByteArray);
        var level = _spanId.Leaf.MaxRepetition;
        _group = new RepeatedGroup(_spanId, columns.Below(Name));
        _parentSpanId = columns.Require($"{Name}.ParentSpanID", PhysicalType.ByteArray);
        _name = columns.Require($"{Name}.Name", PhysicalType.ByteArray);
        _kind = columns.Require($"{Name}.Kind", PhysicalType.Int64);
        _state = columns.Require($"{Name}.TraceState", PhysicalType.ByteArray);
        _start = columns.Require($"{Name}.StartTimeUnixNano", PhysicalType.Int64);
        _duration = columns.Require($"{Name}.DurationNano", PhysicalType.Int64);
        _statusCode = columns.Require($"{Name}.StatusCode", PhysicalType.Int64);
        _statusMessage = columns.Require($"{Name}.StatusMessage", PhysicalType.ByteArray);
        _droppedAttributes = columns.Require($"{Name}.DroppedAttributesCount", PhysicalType.Int32);
        _droppedEvents = columns.Require($"{Name}.DroppedEventsCount", PhysicalType.Int32);
        _droppedLinks = columns.Require($"{Name}.DroppedLinksCount", PhysicalType.Int32);
        _derived =
        [
            .. DerivedColumns.Select(n => columns.Optional($"{Name}.{n}", PhysicalType.Int32)).OfType<ColumnCursor>(),
        ];
        _attributes = AttributeReader.Create(columns, $"{Name}.Attrs");
        _events = new EventReader(columns, $"{Name}.Events", dedicated);
        _links = new LinkReader(columns, $"{Name}.Links");
        _columns =
        [
            .. AttributeColumn.Dedicated(columns, Name, DedicatedColumn.SpanScope, dedicated, level),
            .. AttributeColumn.Static(columns, Name, StaticColumns.Span, level),
        ];
    }

    public void ReadInto(RepeatedField<Span> spans, ByteString traceId)
    {
        if (!_group.Enter())
        {
            return;
        }

        do
        {
            spans.Add(ReadSpan(traceId));
        }
        while (_group.More);
    }

    private Span ReadSpan(ByteString traceId)
    {
        var start = unchecked((ulong)_start.ReadInteger());
        var span = new Span
        {
            TraceId = traceId,
            SpanId = _spanId.ReadBytes(),
            ParentSpanId = _parentSpanId.ReadBytes(),
            Name = _name.ReadText(),
            Kind = (Span.Types.SpanKind)_kind.ReadInteger(),
            TraceState = _state.ReadText(),
            StartTimeUnixNano = start,
            EndTimeUnixNano = unchecked(start + (ulong)_duration.ReadInteger()),
            Status = new Status { Code = (Status.Types.StatusCode)_statusCode.ReadInteger(), Message = _statusMessage.ReadText() },
            DroppedAttributesCount = unchecked((uint)_droppedAttributes.ReadInteger()),
            DroppedEventsCount = unchecked((uint)_droppedEvents.ReadInteger()),
            DroppedLinksCount = unchecked((uint)_droppedLinks.ReadInteger()),
        };
        foreach (var cursor in _derived)
        {
            cursor.Skip();
        }

        _attributes?.ReadInto(span.Attributes);
        _events.ReadInto(span.Events, start);
        _links.ReadInto(span.Links);
        foreach (var column in _columns)
        {
            column.ReadInto(span.Attributes);
        }

        return span;
    }
}
