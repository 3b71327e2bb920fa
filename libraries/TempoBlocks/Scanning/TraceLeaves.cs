using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Scanning;

/// <summary>The columns that every scan delivers.</summary>
internal sealed class TraceLeaves
{
    private readonly SchemaLeaf _id;
    private readonly SchemaLeaf _duration;
    private readonly SchemaLeaf _rootService;
    private readonly SchemaLeaf _rootSpan;
    private readonly SchemaLeaf? _service;
    private readonly SchemaLeaf? _serviceSpans;
    private readonly SchemaLeaf? _serviceErrors;

    public TraceLeaves(ParquetFile file, ScanRequest request)
    {
        _id = Require("TraceID", PhysicalType.ByteArray);
        Start = Require("StartTimeUnixNano", PhysicalType.Int64);
        End = Require("EndTimeUnixNano", PhysicalType.Int64);
        _duration = Require("DurationNano", PhysicalType.Int64);
        _rootService = Require("RootServiceName", PhysicalType.ByteArray);
        _rootSpan = Require("RootSpanName", PhysicalType.ByteArray);
        SpanId = Require("rs.ss.Spans.SpanID", PhysicalType.ByteArray);
        SpanStart = Require("rs.ss.Spans.StartTimeUnixNano", PhysicalType.Int64);
        SpanDuration = Require("rs.ss.Spans.DurationNano", PhysicalType.Int64);
        if (request.WithServices && file.Leaf("ServiceStats.ServiceName") is not null)
        {
            _service = Require("ServiceStats.ServiceName", PhysicalType.ByteArray);
            _serviceSpans = Require("ServiceStats.SpanCount", PhysicalType.Int32);
            _serviceErrors = Require("ServiceStats.ErrorCount", PhysicalType.Int32);
        }

        if (request.WithNestedSet)
        {
            Left = Require("rs.ss.Spans.NestedSetLeft", PhysicalType.Int32);
            Right = Require("rs.ss.Spans.NestedSetRight", PhysicalType.Int32);
            Parent = Require("rs.ss.Spans.ParentID", PhysicalType.Int32);
        }

        All =
        [
            .. new[] { _id, Start, End, _duration, _rootService, _rootSpan, SpanId, SpanStart, SpanDuration, _service, _serviceSpans, _serviceErrors, Left, Right, Parent }
                .OfType<SchemaLeaf>(),
        ];

        SchemaLeaf Require(string name, PhysicalType type) => file.Leaf(name) is { } leaf && leaf.Type == type
            ? leaf
            : throw new InvalidDataException($"the file has no column {name} of type {type}");
    }

    public IReadOnlyList<SchemaLeaf> All { get; }

    public SchemaLeaf Start { get; }

    public SchemaLeaf End { get; }

    public SchemaLeaf SpanId { get; }

    public SchemaLeaf SpanStart { get; }

    public SchemaLeaf SpanDuration { get; }

    public SchemaLeaf? Left { get; }

    public SchemaLeaf? Right { get; }

    public SchemaLeaf? Parent { get; }

    public ScannedTrace Read(GroupColumns columns, int row, IReadOnlyList<ScannedSpan> spans)
    {
        var id = Value(columns, _id, row, ScanValueKind.Bytes).AsBytes.Span;
        return new ScannedTrace(
            TraceId16.FromBytes(id),
            unchecked((ulong)Value(columns, Start, row, ScanValueKind.Whole).AsWhole),
            unchecked((ulong)Value(columns, End, row, ScanValueKind.Whole).AsWhole),
            unchecked((ulong)Value(columns, _duration, row, ScanValueKind.Whole).AsWhole),
            Value(columns, _rootService, row, ScanValueKind.Text).AsText,
            Value(columns, _rootSpan, row, ScanValueKind.Text).AsText,
            ReadServices(columns, row),
            spans);
    }

    private static ScanValue Value(GroupColumns columns, SchemaLeaf leaf, int row, ScanValueKind kind) =>
        Value(columns[leaf].Seek(row), 0, kind);

    private static ScanValue Value(RowEntries entries, int index, ScanValueKind kind) => entries.Ordinal + index < entries.Page.Count
        ? ColumnValue.Read(entries.Page, entries.Ordinal + index, kind)
        : throw new InvalidDataException("a column ends before its neighbours");

    private ServiceSpans[] ReadServices(GroupColumns columns, int row)
    {
        if (_service is null)
        {
            return [];
        }

        var names = columns[_service].Seek(row);
        var (spans, errors) = (columns[_serviceSpans!].Seek(row), columns[_serviceErrors!].Seek(row));
        var services = new ServiceSpans[names.Page.Definitions[names.Start..names.End].Count((byte)_service.MaxDefinition)];
        for (var i = 0; i < services.Length; i++)
        {
            services[i] = new ServiceSpans(
                Value(names, i, ScanValueKind.Text).AsText, (int)Value(spans, i, ScanValueKind.Whole).AsWhole, (int)Value(errors, i, ScanValueKind.Whole).AsWhole);
        }

        return services;
    }
}
