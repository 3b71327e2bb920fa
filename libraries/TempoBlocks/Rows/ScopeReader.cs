using Google.Protobuf;
using Google.Protobuf.Collections;
using TempoCos.Otlp;
using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Rows;

/// <summary>Reads a resource's scopes.</summary>
internal sealed class ScopeReader
{
    private const string Name = "rs.ss";
    private readonly RepeatedGroup _group;
    private readonly ColumnCursor _name;
    private readonly ColumnCursor _version;
    private readonly ColumnCursor? _dropped;
    private readonly ColumnCursor? _spanCount;
    private readonly AttributeReader? _attributes;
    private readonly SpanReader _spans;

    public ScopeReader(RowColumns columns, IReadOnlyList<DedicatedColumn> dedicated)
    {
        _name = columns.Require($"{Name}.Scope.Name", PhysicalType.ByteArray);
        _group = new RepeatedGroup(_name, columns.Below(Name));
        _version = columns.Require($"{Name}.Scope.Version", PhysicalType.ByteArray);
        _dropped = columns.Optional($"{Name}.Scope.DroppedAttributesCount", PhysicalType.Int32);
        _spanCount = columns.Optional($"{Name}.SpanCount", PhysicalType.Int32);
        _attributes = AttributeReader.Create(columns, $"{Name}.Scope.Attrs");
        _spans = new SpanReader(columns, dedicated);
    }

    public void ReadInto(RepeatedField<ScopeSpans> scopes, ByteString traceId)
    {
        if (!_group.Enter())
        {
            return;
        }

        do
        {
            var scope = new InstrumentationScope
            {
                Name = _name.ReadText(),
                Version = _version.ReadText(),
                DroppedAttributesCount = unchecked((uint)(_dropped?.ReadInteger() ?? 0)),
            };
            _spanCount?.Skip();
            _attributes?.ReadInto(scope.Attributes);
            var scopeSpans = new ScopeSpans { Scope = scope };
            _spans.ReadInto(scopeSpans.Spans, traceId);
            scopes.Add(scopeSpans);
        }
        while (_group.More);
    }
}
