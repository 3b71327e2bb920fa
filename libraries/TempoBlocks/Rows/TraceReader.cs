using Google.Protobuf;
using TempoCos.Otlp;
using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Rows;

/// <summary>Assembles whole traces from a row's cursors (vParquet3 to 5).</summary>
internal sealed class TraceReader
{
    private readonly RowColumns _columns;
    private readonly ColumnCursor _id;
    private readonly ColumnCursor _serviceName;
    private readonly ColumnCursor? _dropped;
    private readonly AttributeReader? _attributes;
    private readonly AttributeColumn[] _dedicated;
    private readonly AttributeColumn[] _static;
    private readonly ScopeReader _scopes;
    private readonly RepeatedGroup _group;

    public TraceReader(RowColumns columns, IReadOnlyList<DedicatedColumn> dedicated)
    {
        const string resource = "rs.Resource";
        _columns = columns;
        _id = columns.Require("TraceID", PhysicalType.ByteArray);
        _serviceName = columns.Require($"{resource}.ServiceName", PhysicalType.ByteArray);
        _group = new RepeatedGroup(_serviceName, columns.Below("rs"));
        _dropped = columns.Optional($"{resource}.DroppedAttributesCount", PhysicalType.Int32);
        _attributes = AttributeReader.Create(columns, $"{resource}.Attrs");
        _dedicated = [.. AttributeColumn.Dedicated(columns, resource, DedicatedColumn.ResourceScope, dedicated, level: 1)];
        _static = [.. AttributeColumn.Static(columns, resource, StaticColumns.Resource, level: 1)];
        _scopes = new ScopeReader(columns, dedicated);
    }

    /// <summary>The columns that a whole trace needs.</summary>
    public static bool Needs(SchemaLeaf leaf) => leaf.Path == "TraceID" || leaf.Path.StartsWith("rs.", StringComparison.Ordinal);

    public TraceRecord Read()
    {
        var id = _id.ReadTraceId();
        var trace = new TracesData();
        var traceId = UnsafeByteOperations.UnsafeWrap(id.ToByteArray());
        if (_group.Enter())
        {
            do
            {
                trace.ResourceSpans.Add(ReadResource(traceId));
            }
            while (_group.More);
        }

        foreach (var cursor in _columns.All)
        {
            cursor.EndRow();
        }

        return new TraceRecord(id, trace);
    }

    private ResourceSpans ReadResource(ByteString traceId)
    {
        var resource = new Resource { DroppedAttributesCount = unchecked((uint)(_dropped?.ReadInteger() ?? 0)) };
        var serviceName = _serviceName.ReadText();
        _attributes?.ReadInto(resource.Attributes);
        foreach (var column in _dedicated)
        {
            column.ReadInto(resource.Attributes);
        }

        if (serviceName.Length > 0)
        {
            resource.Attributes.Add(new KeyValue { Key = StaticColumns.ServiceName, Value = new AnyValue { StringValue = serviceName } });
        }

        foreach (var column in _static)
        {
            column.ReadInto(resource.Attributes);
        }

        var spans = new ResourceSpans { Resource = resource };
        _scopes.ReadInto(spans.ScopeSpans, traceId);
        return spans;
    }
}
