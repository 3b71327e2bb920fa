using ParquetSharp;
using ParquetSharp.Schema;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>
/// The schema of vParquet4, whose names, types and order Tempo takes for granted: it reads rows by column position.
/// </summary>
internal sealed class TraceSchema
{
    private readonly List<LeafSpec> _leaves = [];
    private readonly Stack<string> _path = new();
    private string _group = "";
    private int _level;

    private TraceSchema() { }

    /// <summary>All columns in file order.</summary>
    public static IReadOnlyList<LeafSpec> Leaves { get; } = Build(out _);

    /// <summary>A new native schema tree, which the caller disposes of.</summary>
    public static GroupNode CreateNode()
    {
        _ = Build(out var root);
        return root;
    }

    private static List<LeafSpec> Build(out GroupNode root)
    {
        var schema = new TraceSchema();
        root = new GroupNode("Trace", Repetition.Required, schema.Trace());
        return schema._leaves;
    }

    private Node[] Trace() =>
    [
        Leaf("TraceID", LeafKind.Bytes, LeafEncoding.DeltaLength, compressed: false),
        Leaf("TraceIDText", LeafKind.Text, LeafEncoding.DeltaLength),
        Leaf("StartTimeUnixNano", LeafKind.UInt64, LeafEncoding.Delta, compressed: false),
        Leaf("EndTimeUnixNano", LeafKind.UInt64, LeafEncoding.Delta, compressed: false),
        Leaf("DurationNano", LeafKind.UInt64, LeafEncoding.Delta, compressed: false),
        Leaf("RootServiceName", LeafKind.Text, LeafEncoding.Dictionary, compressed: false),
        Leaf("RootSpanName", LeafKind.Text, LeafEncoding.Dictionary, compressed: false),
        Repeat("ServiceStats", "key_value", LogicalType.Map(), () =>
        [
            Leaf("key", LeafKind.Text, LeafEncoding.DeltaLength, compressed: false),
            Group("value", () =>
            [
                Leaf("SpanCount", LeafKind.UInt32, LeafEncoding.Delta, compressed: false),
                Leaf("ErrorCount", LeafKind.UInt32, LeafEncoding.Delta, compressed: false),
            ]),
        ]),
        List("rs", () =>
        [
            Group("Resource", Resource),
            List("ss", () =>
            [
                Group("Scope", () =>
                [
                    Dictionary("Name"),
                    Dictionary("Version"),
                    Attributes(),
                    Counter("DroppedAttributesCount"),
                ]),
                List("Spans", Span),
            ]),
        ]),
    ];

    private Node[] Resource() =>
    [
        Attributes(),
        Counter("DroppedAttributesCount"),
        Dictionary("ServiceName"),
        .. Rows.StaticColumns.Resource.Select(c => Optional(c.Column)),
        Dedicated(),
    ];

    private Node[] Span() =>
    [
        Leaf("SpanID", LeafKind.Bytes, LeafEncoding.DeltaLength, compressed: false),
        Leaf("ParentSpanID", LeafKind.Bytes, LeafEncoding.DeltaLength, compressed: false),
        Leaf("ParentID", LeafKind.Int32, LeafEncoding.Delta, compressed: false),
        Leaf("NestedSetLeft", LeafKind.Int32, LeafEncoding.Delta, compressed: false),
        Leaf("NestedSetRight", LeafKind.Int32, LeafEncoding.Delta, compressed: false),
        Dictionary("Name"),
        Leaf("Kind", LeafKind.Int64, LeafEncoding.Delta, compressed: false),
        Leaf("TraceState", LeafKind.Text, LeafEncoding.DeltaLength),
        Leaf("StartTimeUnixNano", LeafKind.UInt64, LeafEncoding.Delta, compressed: false),
        Leaf("DurationNano", LeafKind.UInt64, LeafEncoding.Delta, compressed: false),
        Leaf("StatusCode", LeafKind.Int64, LeafEncoding.Delta, compressed: false),
        Leaf("StatusMessage", LeafKind.Text, LeafEncoding.DeltaLength),
        Attributes(),
        Counter("DroppedAttributesCount"),
        List("Events", () =>
        [
            Leaf("TimeSinceStartNano", LeafKind.UInt64, LeafEncoding.Delta, compressed: false),
            Dictionary("Name"),
            Attributes(),
            Counter("DroppedAttributesCount"),
        ]),
        Leaf("DroppedEventsCount", LeafKind.Int32, LeafEncoding.Plain),
        List("Links", () =>
        [
            Leaf("TraceID", LeafKind.Bytes, LeafEncoding.DeltaLength, compressed: false),
            Leaf("SpanID", LeafKind.Bytes, LeafEncoding.DeltaLength, compressed: false),
            Leaf("TraceState", LeafKind.Text, LeafEncoding.DeltaLength),
            Attributes(),
            Counter("DroppedAttributesCount"),
        ]),
        Leaf("DroppedLinksCount", LeafKind.Int32, LeafEncoding.Plain),
        Optional("HttpMethod"),
        Optional("HttpUrl"),
        Leaf("HttpStatusCode", LeafKind.Int64, LeafEncoding.Plain, optional: true),
        Dedicated(),
    ];

    private GroupNode Attributes() => List("Attrs", () =>
    [
        Leaf("Key", LeafKind.Text, LeafEncoding.AlwaysDictionary),
        Leaf("IsArray", LeafKind.Boolean, LeafEncoding.Plain),
        List("Value", LeafKind.Text, LeafEncoding.Dictionary),
        List("ValueInt", LeafKind.Int64, LeafEncoding.Plain),
        List("ValueDouble", LeafKind.Double, LeafEncoding.Plain),
        List("ValueBool", LeafKind.Boolean, LeafEncoding.Plain),
        Leaf("ValueUnsupported", LeafKind.Text, LeafEncoding.DeltaLength, optional: true),
    ]);

    private GroupNode Dedicated() =>
        Group("DedicatedAttributes", () => [.. Enumerable.Range(1, 10).Select(i => Optional($"String{i:00}"))]);

    private PrimitiveNode Dictionary(string name) => Leaf(name, LeafKind.Text, LeafEncoding.Dictionary);

    private PrimitiveNode Optional(string name) => Leaf(name, LeafKind.Text, LeafEncoding.Dictionary, optional: true);

    private PrimitiveNode Counter(string name) => Leaf(name, LeafKind.Int32, LeafEncoding.Delta);

    private GroupNode Group(string name, Func<Node[]> children)
    {
        _path.Push(name);
        var node = new GroupNode(name, Repetition.Required, children());
        _path.Pop();
        return node;
    }

    private GroupNode List(string name, Func<Node[]> children) =>
        Repeat(name, "list", LogicalType.List(), () => [Group("element", children)]);

    private GroupNode List(string name, LeafKind kind, LeafEncoding encoding) =>
        Repeat(name, "list", LogicalType.List(), () => [Leaf("element", kind, encoding)]);

    private GroupNode Repeat(string name, string repeated, LogicalType annotation, Func<Node[]> children)
    {
        using var type = annotation;
        var outer = _group;
        _path.Push(name);
        _path.Push(repeated);
        _group = PathOf();
        _level++;
        var node = new GroupNode(name, Repetition.Required, [new GroupNode(repeated, Repetition.Repeated, children())], type);
        _level--;
        _group = outer;
        _path.Pop();
        _path.Pop();
        return node;
    }

    private PrimitiveNode Leaf(string name, LeafKind kind, LeafEncoding encoding, bool compressed = true, bool optional = false)
    {
        _path.Push(name);
        _leaves.Add(new LeafSpec(PathOf(), _group, kind, encoding, compressed, optional, _level, optional ? _level + 1 : _level));
        _path.Pop();
        using var logical = kind switch
        {
            LeafKind.Text => LogicalType.String(),
            LeafKind.Int32 => LogicalType.Int(32, isSigned: true),
            LeafKind.UInt32 => LogicalType.Int(32, isSigned: false),
            LeafKind.Int64 => LogicalType.Int(64, isSigned: true),
            LeafKind.UInt64 => LogicalType.Int(64, isSigned: false),
            _ => LogicalType.None(),
        };
        var physical = kind switch
        {
            LeafKind.Bytes or LeafKind.Text => PhysicalType.ByteArray,
            LeafKind.Int32 or LeafKind.UInt32 => PhysicalType.Int32,
            LeafKind.Int64 or LeafKind.UInt64 => PhysicalType.Int64,
            LeafKind.Double => PhysicalType.Double,
            _ => PhysicalType.Boolean,
        };
        return new PrimitiveNode(name, optional ? Repetition.Optional : Repetition.Required, logical, physical);
    }

    private string PathOf() => string.Join('.', _path.Reverse());
}
