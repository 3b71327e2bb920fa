using System.Buffers.Binary;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Distributor.Export;

/// <summary>
/// Walks an export request's bytes once: checks them, and notes where each trace's spans lie. Nothing is materialised; a message that
/// is legal but not as it is kept (repeated fields, zero ids, bad UTF-8, long attributes) is told.
/// </summary>
internal sealed partial class ExportWalk
{
    private readonly Dictionary<TraceId16, int> _index = [];
    private TraceId16 _lastId;
    private int _lastTrace = -1;

    public List<GroupSlice> Batches { get; } = [];

    public List<GroupSlice> Scopes { get; } = [];

    public List<SpanSlice> Spans { get; } = [];

    public List<TraceSlice> Traces { get; } = [];

    /// <summary>The message has to be rewritten before it can be cut.</summary>
    public bool IsOdd { get; private set; }

    /// <summary>A text is no UTF-8.</summary>
    public bool HasBadText { get; private set; }

    /// <summary>The most bytes of an attribute's key or string value; those inside arrays and lists do not count.</summary>
    public int LongestAttribute { get; private set; }

    /// <summary>The first id that refuses the request; kept until the limits were checked, as they come first.</summary>
    public string? BadId { get; private set; }

    public void Run(ReadOnlySpan<byte> message)
    {
        Reset();
        var reader = new WireReader(message, 0, message.Length);
        while (reader.More)
        {
            var tag = reader.ReadTag();
            if (tag == 10)
            {
                ReadBatch(message, reader.ReadBlock());
            }
            else
            {
                Unknown(ref reader, tag, 1, "ExportTraceServiceRequest");
            }
        }
    }

    public void Reset()
    {
        Batches.Clear();
        Scopes.Clear();
        Spans.Clear();
        Traces.Clear();
        _index.Clear();
        _lastTrace = -1;
        IsOdd = false;
        HasBadText = false;
        LongestAttribute = 0;
        BadId = null;
    }

    private void ReadBatch(ReadOnlySpan<byte> message, (int Start, int End) block)
    {
        var group = new GroupSlice { HeadStart = -1, SchemaStart = -1 };
        var index = Batches.Count;
        Batches.Add(group);
        var reader = new WireReader(message, block.Start, block.End);
        while (reader.More)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case 10:
                    IsOdd |= group.HeadStart >= 0;
                    var resource = reader.ReadBlock();
                    (group.HeadStart, group.HeadLength) = (resource.Start, resource.End - resource.Start);
                    ReadResource(message, resource);
                    break;
                case 18: ReadScopeSpans(message, reader.ReadBlock(), index); break;
                case 26:
                    var schema = reader.ReadBlock();
                    (group.SchemaStart, group.SchemaLength) = (schema.Start, schema.End - schema.Start);
                    Text(message, schema);
                    break;
                default: Unknown(ref reader, tag, 3, "ResourceSpans"); break;
            }
        }

        Batches[index] = group;
    }

    private void ReadResource(ReadOnlySpan<byte> message, (int Start, int End) block)
    {
        var reader = new WireReader(message, block.Start, block.End);
        while (reader.More)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case 10: ReadKeyValue(message, reader.ReadBlock(), 3, true); break;
                case 16: reader.ReadVarint(); break;
                default: Unknown(ref reader, tag, 2, "Resource"); break;
            }
        }
    }

    private void ReadScopeSpans(ReadOnlySpan<byte> message, (int Start, int End) block, int batch)
    {
        var group = new GroupSlice { Parent = batch, HeadStart = -1, SchemaStart = -1 };
        var index = Scopes.Count;
        Scopes.Add(group);
        var reader = new WireReader(message, block.Start, block.End);
        while (reader.More)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case 10:
                    IsOdd |= group.HeadStart >= 0;
                    var scope = reader.ReadBlock();
                    (group.HeadStart, group.HeadLength) = (scope.Start, scope.End - scope.Start);
                    ReadScope(message, scope);
                    break;
                case 18: ReadSpan(message, reader.ReadBlock(), index); break;
                case 26:
                    var schema = reader.ReadBlock();
                    (group.SchemaStart, group.SchemaLength) = (schema.Start, schema.End - schema.Start);
                    Text(message, schema);
                    break;
                default: Unknown(ref reader, tag, 3, "ScopeSpans"); break;
            }
        }

        Scopes[index] = group;
    }

    private void ReadScope(ReadOnlySpan<byte> message, (int Start, int End) block)
    {
        var reader = new WireReader(message, block.Start, block.End);
        while (reader.More)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case 10 or 18: Text(message, reader.ReadBlock()); break;
                case 26: ReadKeyValue(message, reader.ReadBlock(), 4, true); break;
                case 32: reader.ReadVarint(); break;
                default: Unknown(ref reader, tag, 4, "InstrumentationScope"); break;
            }
        }
    }

    private void ReadSpan(ReadOnlySpan<byte> message, (int Start, int End) block, int scope)
    {
        var (traceId, spanId) = ((Start: -1, End: -1), (Start: -1, End: -1));
        ulong start = 0;
        ulong end = 0;
        var status = false;
        var reader = new WireReader(message, block.Start, block.End);
        while (reader.More)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case 10: traceId = Id(reader.ReadBlock(), 16, "TraceID"); break;
                case 18: spanId = Id(reader.ReadBlock(), 8, "SpanID"); break;
                case 34: NotZero(message, Id(reader.ReadBlock(), 8, "SpanID")); break;
                case 26 or 42: Text(message, reader.ReadBlock()); break;
                case 57: start = reader.ReadFixed64(); break;
                case 65: end = reader.ReadFixed64(); break;
                case 74: ReadKeyValue(message, reader.ReadBlock(), 4, true); break;
                case 90: ReadEvent(message, reader.ReadBlock()); break;
                case 106: ReadLink(message, reader.ReadBlock()); break;
                case 122:
                    IsOdd |= status;
                    status = true;
                    ReadStatus(message, reader.ReadBlock());
                    break;
                case 48 or 80 or 96 or 112: reader.ReadVarint(); break;
                case 133: reader.Advance(4); break;
                default: Unknown(ref reader, tag, 16, "Span"); break;
            }
        }

        Add(message, traceId.Start, spanId.Start, new() { Start = block.Start, Length = block.End - block.Start, Scope = scope, Next = -1, HasStatus = status }, start, end);
    }

    private void Add(ReadOnlySpan<byte> message, int traceId, int spanId, SpanSlice slice, ulong start, ulong end)
    {
        var id = traceId < 0 ? default : new TraceId16(BinaryPrimitives.ReadUInt64BigEndian(message[traceId..]), BinaryPrimitives.ReadUInt64BigEndian(message[(traceId + 8)..]));
        if (id == default)
        {
            BadId ??= "trace ids must be 128 bit, received 0 bits";
        }
        else if (spanId < 0 || BinaryPrimitives.ReadUInt64BigEndian(message[spanId..]) == 0)
        {
            BadId ??= "span ids must be 64 bit and not all zero, received 0 bits";
        }

        var at = Spans.Count;
        Spans.Add(slice);
        if (_lastTrace < 0 || id != _lastId)
        {
            if (!_index.TryGetValue(id, out _lastTrace))
            {
                _lastTrace = Traces.Count;
                _index.Add(id, _lastTrace);
                Traces.Add(new() { Id = id, First = at, Last = at, Spans = 1, Start = start, End = end });
                _lastId = id;
                return;
            }

            _lastId = id;
        }

        var trace = Traces[_lastTrace];
        var previous = Spans[trace.Last];
        previous.Next = at;
        Spans[trace.Last] = previous;
        trace.Last = at;
        trace.Spans++;
        trace.Start = Math.Min(trace.Start, start);
        trace.End = Math.Max(trace.End, end);
        Traces[_lastTrace] = trace;
    }

    private void ReadEvent(ReadOnlySpan<byte> message, (int Start, int End) block)
    {
        var reader = new WireReader(message, block.Start, block.End);
        while (reader.More)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case 9: reader.Advance(8); break;
                case 18: Text(message, reader.ReadBlock()); break;
                case 26: ReadKeyValue(message, reader.ReadBlock(), 5, true); break;
                case 32: reader.ReadVarint(); break;
                default: Unknown(ref reader, tag, 4, "Event"); break;
            }
        }
    }

    private void ReadLink(ReadOnlySpan<byte> message, (int Start, int End) block)
    {
        var reader = new WireReader(message, block.Start, block.End);
        while (reader.More)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case 10: NotZero(message, Id(reader.ReadBlock(), 16, "TraceID")); break;
                case 18: NotZero(message, Id(reader.ReadBlock(), 8, "SpanID")); break;
                case 26: Text(message, reader.ReadBlock()); break;
                case 34: ReadKeyValue(message, reader.ReadBlock(), 5, true); break;
                case 40: reader.ReadVarint(); break;
                case 53: reader.Advance(4); break;
                default: Unknown(ref reader, tag, 6, "Link"); break;
            }
        }
    }

    private void ReadStatus(ReadOnlySpan<byte> message, (int Start, int End) block)
    {
        var reader = new WireReader(message, block.Start, block.End);
        while (reader.More)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case 18: Text(message, reader.ReadBlock()); break;
                case 24: reader.ReadVarint(); break;
                default: Unknown(ref reader, tag, 3, "Status"); break;
            }
        }
    }

    private void NotZero(ReadOnlySpan<byte> message, (int Start, int End) id) => IsOdd |= id.Start >= 0 && !message[id.Start..id.End].ContainsAnyExcept((byte)0);

    private static (int Start, int End) Id((int Start, int End) block, int bytes, string name) =>
        block.End - block.Start == bytes ? block
        : block.End == block.Start ? (-1, -1)
        : throw new MalformedExportException($"unmarshal: invalid {name} length");

    private static void Unknown(ref WireReader reader, uint tag, uint highest, string message)
    {
        if (tag >> 3 <= highest)
        {
            throw new MalformedExportException($"proto: wrong wireType = {tag & 7} for field {tag >> 3} of {message}");
        }

        reader.Skip(tag);
    }
}
