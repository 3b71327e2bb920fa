using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Rows;

/// <summary>Reads a row's trace-level columns.</summary>
internal sealed class SummaryReader
{
    private readonly RowColumns _columns;
    private readonly ColumnCursor _id;
    private readonly ColumnCursor _rootService;
    private readonly ColumnCursor _rootSpan;
    private readonly ColumnCursor _start;
    private readonly ColumnCursor _end;
    private readonly ColumnCursor _duration;
    private readonly ColumnCursor? _service;
    private readonly ColumnCursor? _spans;
    private readonly ColumnCursor? _errors;
    private readonly RepeatedGroup? _services;

    public SummaryReader(RowColumns columns)
    {
        _columns = columns;
        _id = columns.Require("TraceID", PhysicalType.ByteArray);
        _rootService = columns.Require("RootServiceName", PhysicalType.ByteArray);
        _rootSpan = columns.Require("RootSpanName", PhysicalType.ByteArray);
        _start = columns.Require("StartTimeUnixNano", PhysicalType.Int64);
        _end = columns.Require("EndTimeUnixNano", PhysicalType.Int64);
        _duration = columns.Require("DurationNano", PhysicalType.Int64);
        _service = columns.Optional("ServiceStats.ServiceName", PhysicalType.ByteArray);
        if (_service is not null)
        {
            _spans = columns.Require("ServiceStats.SpanCount", PhysicalType.Int32);
            _errors = columns.Require("ServiceStats.ErrorCount", PhysicalType.Int32);
            _services = new RepeatedGroup(_service, columns.Below("ServiceStats"));
        }
    }

    /// <summary>The columns that a summary needs.</summary>
    public static bool Needs(SchemaLeaf leaf) =>
        leaf.Path != "TraceIDText" && (!leaf.Path.Contains('.') || leaf.Path.StartsWith("ServiceStats.", StringComparison.Ordinal));

    public TraceSummary Read()
    {
        var services = new List<ServiceSpans>();
        if (_services is not null && _services.Enter())
        {
            do
            {
                services.Add(new ServiceSpans(_service!.ReadText(), (int)_spans!.ReadInteger(), (int)_errors!.ReadInteger()));
            }
            while (_services.More);
        }

        var summary = unchecked(new TraceSummary(
            _id.ReadTraceId(),
            _rootService.ReadText(),
            _rootSpan.ReadText(),
            (ulong)_start.ReadInteger(),
            (ulong)_end.ReadInteger(),
            (ulong)_duration.ReadInteger(),
            services));
        foreach (var cursor in _columns.All)
        {
            cursor.EndRow();
        }

        return summary;
    }
}
