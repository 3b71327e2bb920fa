using TempoCos.TempoBlocks.Parquet;
using TempoCos.TempoBlocks.Rows;

namespace TempoCos.TempoBlocks.Scanning;

/// <summary>Finds the columns that hold a target's values, for all versions of the format.</summary>
internal sealed class SlotFactory(ParquetFile file, BlockMeta meta)
{
    private const string ResourceGroup = "rs.Resource";
    private const string ScopeGroup = "rs.ss.Scope";
    private const string SpanGroup = "rs.ss.Spans";
    private const string EventGroup = "rs.ss.Spans.Events";
    private const string LinkGroup = "rs.ss.Spans.Links";

    private static readonly Dictionary<string, (string Column, int Level, ScanValueKind Kind)> Intrinsics = new()
    {
        [ScanIntrinsics.TraceId] = ("TraceID", ValueSource.Trace, ScanValueKind.Bytes),
        [ScanIntrinsics.TraceDuration] = ("DurationNano", ValueSource.Trace, ScanValueKind.Whole),
        [ScanIntrinsics.TraceRootName] = ("RootSpanName", ValueSource.Trace, ScanValueKind.Text),
        [ScanIntrinsics.TraceRootService] = ("RootServiceName", ValueSource.Trace, ScanValueKind.Text),
        [ScanIntrinsics.InstrumentationName] = ($"{ScopeGroup}.Name", ValueSource.Scope, ScanValueKind.Text),
        [ScanIntrinsics.InstrumentationVersion] = ($"{ScopeGroup}.Version", ValueSource.Scope, ScanValueKind.Text),
        [ScanIntrinsics.SpanId] = ($"{SpanGroup}.SpanID", ValueSource.Span, ScanValueKind.Bytes),
        [ScanIntrinsics.SpanParentId] = ($"{SpanGroup}.ParentSpanID", ValueSource.Span, ScanValueKind.Bytes),
        [ScanIntrinsics.SpanName] = ($"{SpanGroup}.Name", ValueSource.Span, ScanValueKind.Text),
        [ScanIntrinsics.SpanKind] = ($"{SpanGroup}.Kind", ValueSource.Span, ScanValueKind.Whole),
        [ScanIntrinsics.SpanDuration] = ($"{SpanGroup}.DurationNano", ValueSource.Span, ScanValueKind.Whole),
        [ScanIntrinsics.SpanStatus] = ($"{SpanGroup}.StatusCode", ValueSource.Span, ScanValueKind.Whole),
        [ScanIntrinsics.SpanStatusMessage] = ($"{SpanGroup}.StatusMessage", ValueSource.Span, ScanValueKind.Text),
        [ScanIntrinsics.SpanChildCount] = ($"{SpanGroup}.ChildCount", ValueSource.Span, ScanValueKind.Whole),
        [ScanIntrinsics.NestedSetLeft] = ($"{SpanGroup}.NestedSetLeft", ValueSource.Span, ScanValueKind.Whole),
        [ScanIntrinsics.NestedSetRight] = ($"{SpanGroup}.NestedSetRight", ValueSource.Span, ScanValueKind.Whole),
        [ScanIntrinsics.NestedSetParent] = ($"{SpanGroup}.ParentID", ValueSource.Span, ScanValueKind.Whole),
        [ScanIntrinsics.EventName] = ($"{EventGroup}.Name", ValueSource.Span, ScanValueKind.Text),
        [ScanIntrinsics.EventTimeSinceStart] = ($"{EventGroup}.TimeSinceStartNano", ValueSource.Span, ScanValueKind.Whole),
        [ScanIntrinsics.LinkTraceId] = ($"{LinkGroup}.TraceID", ValueSource.Span, ScanValueKind.Bytes),
        [ScanIntrinsics.LinkSpanId] = ($"{LinkGroup}.SpanID", ValueSource.Span, ScanValueKind.Bytes),
    };

    // Tempo searches no events, links or scopes of vParquet3 blocks.
    private readonly bool _isSearchedWhole = file.Leaf($"{ScopeGroup}.Attrs.Key") is not null;

    /// <summary>The condition for one row group. With <paramref name="narrow"/> only values of the predicate's kind are looked for.</summary>
    public Slot Create(ScanCondition condition, bool narrow, RowGroupInfo rows)
    {
        var only = narrow && condition.Predicate is { } predicate ? predicate.Kind : ScanValueKind.None;
        return condition.Target.Scope == ScanScope.SpanOrResource
            ? new Slot(condition.Predicate, Find(ScanScope.Span), Find(ScanScope.Resource))
            : new Slot(condition.Predicate, Find(condition.Target.Scope), []);

        List<ValueSource> Find(ScanScope scope) =>
            [.. Sources(condition.Target, scope, condition.Predicate, only, rows)];
    }

    /// <summary>The attributes of a scope that have columns of their own, and these.</summary>
    public IEnumerable<(string Key, SchemaLeaf Leaf, ScanValueKind Kind)> OwnColumns(ScanScope scope)
    {
        var (group, dedicatedScope, statics) = scope switch
        {
            ScanScope.Resource => (ResourceGroup, DedicatedColumn.ResourceScope, StaticColumns.Resource),
            ScanScope.Span => (SpanGroup, DedicatedColumn.SpanScope, StaticColumns.Span),
            ScanScope.Event => (EventGroup, "event", []),
            _ => ("", "", []),
        };
        if (scope == ScanScope.Resource && Leaf($"{group}.ServiceName", ScanValueKind.Text) is { } service)
        {
            yield return (StaticColumns.ServiceName, service, ScanValueKind.Text);
        }

        foreach (var (column, key, isInteger) in statics)
        {
            var kind = isInteger ? ScanValueKind.Whole : ScanValueKind.Text;
            if (Leaf($"{group}.{column}", kind) is { } leaf)
            {
                yield return (key, leaf, kind);
            }
        }

        foreach (var (column, name) in StaticColumns.Dedicated(meta.DedicatedColumns, dedicatedScope))
        {
            var kind = column.Type == "int" ? ScanValueKind.Whole : ScanValueKind.Text;
            if (Leaf($"{group}.DedicatedAttributes.{name}", kind) is { } leaf)
            {
                yield return (column.Name, leaf, kind);
            }
        }
    }

    /// <summary>The generic attributes of a scope.</summary>
    public AttributeLeaves? Attributes(ScanScope scope) => scope switch
    {
        ScanScope.Resource => AttributeLeaves.Find(file, ResourceGroup),
        ScanScope.Span => AttributeLeaves.Find(file, SpanGroup),
        ScanScope.Event => AttributeLeaves.Find(file, EventGroup),
        ScanScope.Link => AttributeLeaves.Find(file, LinkGroup),
        ScanScope.Instrumentation => AttributeLeaves.Find(file, ScopeGroup),
        _ => null,
    };

    private static int LevelOf(ScanScope scope) => scope switch
    {
        ScanScope.Resource => ValueSource.Resource,
        ScanScope.Instrumentation => ValueSource.Scope,
        _ => ValueSource.Span,
    };

    private IEnumerable<ValueSource> Sources(ScanTarget target, ScanScope scope, ScanPredicate? predicate, ScanValueKind only, RowGroupInfo rows)
    {
        if (scope == ScanScope.Intrinsic)
        {
            return Intrinsic(target.Key, predicate, rows);
        }

        // An absent service name is empty text in its column: so resource.service.name finds it, the unscoped attribute does not.
        var skipsEmpty = target.Scope == ScanScope.SpanOrResource && target.Key == StaticColumns.ServiceName;
        var own = from c in OwnColumns(scope)
                  where c.Key == target.Key && (only is ScanValueKind.None || c.Kind == only)
                  select new ColumnSource(c.Leaf, LevelOf(scope), c.Kind, predicate, rows, skipsEmpty);
        return Attributes(scope) is { } attributes
            ? own.Append<ValueSource>(new AttributeSource(attributes, LevelOf(scope), target.Key, predicate, only, rows))
            : own;
    }

    private IEnumerable<ValueSource> Intrinsic(string key, ScanPredicate? predicate, RowGroupInfo rows)
    {
        if (!Intrinsics.TryGetValue(key, out var found))
        {
            throw new ArgumentException($"'{key}' is no intrinsic.", nameof(key));
        }

        var isSearched = _isSearchedWhole || !(found.Column.StartsWith(EventGroup, StringComparison.Ordinal)
            || found.Column.StartsWith(LinkGroup, StringComparison.Ordinal) || found.Column.StartsWith(ScopeGroup, StringComparison.Ordinal));
        return isSearched && Leaf(found.Column, found.Kind) is { } leaf ? [new ColumnSource(leaf, found.Level, found.Kind, predicate, rows)] : [];
    }

    private SchemaLeaf? Leaf(string name, ScanValueKind kind) => file.Leaf(name) is { } leaf && (kind, leaf.Type) switch
    {
        (ScanValueKind.Whole, PhysicalType.Int32 or PhysicalType.Int64) => true,
        (ScanValueKind.Text or ScanValueKind.Bytes, PhysicalType.ByteArray) => true,
        _ => false,
    }
    ? leaf
    : null;
}
