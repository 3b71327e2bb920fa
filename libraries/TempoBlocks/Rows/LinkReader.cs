using Google.Protobuf;
using Google.Protobuf.Collections;
using TempoCos.Otlp;
using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Rows;

/// <summary>Reads a span's links: a list of groups, or vParquet3's one serialised message.</summary>
internal sealed class LinkReader
{
    private readonly ColumnCursor? _serialised;
    private readonly RepeatedGroup? _group;
    private readonly ColumnCursor? _traceId;
    private readonly ColumnCursor? _spanId;
    private readonly ColumnCursor? _state;
    private readonly ColumnCursor? _dropped;
    private readonly AttributeReader? _attributes;

    public LinkReader(RowColumns columns, string name)
    {
        _serialised = columns.Optional(name, PhysicalType.ByteArray);
        if (_serialised is null)
        {
            _traceId = columns.Require($"{name}.TraceID", PhysicalType.ByteArray);
            _group = new RepeatedGroup(_traceId, columns.Below(name));
            _spanId = columns.Require($"{name}.SpanID", PhysicalType.ByteArray);
            _state = columns.Require($"{name}.TraceState", PhysicalType.ByteArray);
            _dropped = columns.Require($"{name}.DroppedAttributesCount", PhysicalType.Int32);
            _attributes = AttributeReader.Create(columns, $"{name}.Attrs");
        }
    }

    public void ReadInto(RepeatedField<Span.Types.Link> links)
    {
        if (_group is null)
        {
            ReadSerialised(_serialised!.ReadBytes(), links);
            return;
        }

        if (!_group.Enter())
        {
            return;
        }

        do
        {
            var link = new Span.Types.Link
            {
                TraceId = _traceId!.ReadBytes(),
                SpanId = _spanId!.ReadBytes(),
                TraceState = _state!.ReadText(),
                DroppedAttributesCount = unchecked((uint)_dropped!.ReadInteger()),
            };
            _attributes?.ReadInto(link.Attributes);
            links.Add(link);
        }
        while (_group.More);
    }

    private static void ReadSerialised(ByteString message, RepeatedField<Span.Types.Link> links)
    {
        try
        {
            var input = message.CreateCodedInput();
            while (input.ReadTag() is not 0 and var tag)
            {
                if (WireFormat.GetTagFieldNumber(tag) == 1)
                {
                    links.Add(Span.Types.Link.Parser.ParseFrom(input.ReadBytes()));
                }
                else
                {
                    input.SkipLastField();
                }
            }
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException($"a span's links cannot be read: {e.Message}", e);
        }
    }
}
