using TempoCos.Otlp;
using TempoCos.TempoBlocks.Rows;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>Takes traces apart into columns.</summary>
internal sealed class TraceShredder
{
    private readonly ColumnBuffers _columns;
    private readonly BytesBuffer _id;
    private readonly BytesBuffer _idText;
    private readonly ValueBuffer<long> _start;
    private readonly ValueBuffer<long> _end;
    private readonly ValueBuffer<long> _duration;
    private readonly TextBuffer _rootService;
    private readonly TextBuffer _rootSpan;
    private readonly LevelBuffer _statLevels;
    private readonly BytesBuffer _statService;
    private readonly ValueBuffer<int> _statSpans;
    private readonly ValueBuffer<int> _statErrors;
    private readonly ResourceColumns _resources;
    private readonly TraceNormaliser _normaliser;

    public TraceShredder(ColumnBuffers columns, IReadOnlyList<DedicatedColumn> dedicated)
    {
        const string stats = "ServiceStats.key_value";
        _columns = columns;
        _id = columns.Column<BytesBuffer>("TraceID");
        _idText = columns.Column<BytesBuffer>("TraceIDText");
        _start = columns.Column<ValueBuffer<long>>("StartTimeUnixNano");
        _end = columns.Column<ValueBuffer<long>>("EndTimeUnixNano");
        _duration = columns.Column<ValueBuffer<long>>("DurationNano");
        _rootService = columns.Column<TextBuffer>("RootServiceName");
        _rootSpan = columns.Column<TextBuffer>("RootSpanName");
        _statLevels = columns.Levels(stats);
        _statService = columns.Column<BytesBuffer>($"{stats}.key");
        _statSpans = columns.Column<ValueBuffer<int>>($"{stats}.value.SpanCount");
        _statErrors = columns.Column<ValueBuffer<int>>($"{stats}.value.ErrorCount");
        _resources = new ResourceColumns(columns, Keys(DedicatedColumn.SpanScope));
        _normaliser = new TraceNormaliser(ResourceColumns.CreateSplit(Keys(DedicatedColumn.ResourceScope)));

        List<string> Keys(string scope) => [.. dedicated.Where(d => d.Scope == scope).Select(d => d.Name)];
    }

    /// <summary>Adds a row and returns the trace's first start and last end in Unix nanoseconds.</summary>
    public (ulong Start, ulong End) Add(TraceRecord record)
    {
        var resources = _normaliser.Normalise(record.Trace);
        var spans = resources.SelectMany(r => r.Scopes).SelectMany(s => s.Spans).ToList();
        var (start, end) = Bounds(spans);
        var (rootService, rootSpan) = Root(resources, record.Id);
        Span<byte> id = stackalloc byte[16];
        record.Id.CopyTo(id);
        _id.Add(id);
        _idText.Add(record.Id.ToStrippedString());
        _start.Add(unchecked((long)start));
        _end.Add(unchecked((long)end));
        _duration.Add(unchecked((long)(end - start)));
        _rootService.Add(rootService);
        _rootSpan.Add(rootSpan);
        AddStats(resources);
        _resources.Add(resources, new NestedSet(spans));
        _columns.Rows++;
        return (start, end);
    }

    private static (ulong Start, ulong End) Bounds(List<Otlp.Span> spans)
    {
        var (start, end) = (0UL, 0UL);
        foreach (var span in spans)
        {
            if (start == 0 || span.StartTimeUnixNano < start)
            {
                start = span.StartTimeUnixNano;
            }

            end = Math.Max(end, span.EndTimeUnixNano);
        }

        return (start, end);
    }

    private static (string Service, string Name) Root(List<NormalResource> resources, TraceId16 id)
    {
        var root = ("", "");
        foreach (var resource in resources)
        {
            foreach (var scope in resource.Scopes)
            {
                foreach (var span in scope.Spans)
                {
                    if (span.ParentSpanId.IsEmpty && !span.Links.Any(l => IsParent(l, id)))
                    {
                        root = (resource.ServiceName, span.Name);
                    }
                }
            }
        }

        return root;
    }

    private static bool IsParent(Otlp.Span.Types.Link link, TraceId16 id) =>
        link.TraceId.Length <= 16 && TraceId16.FromBytes(link.TraceId.Span) == id
        && link.Attributes.Any(a => a is { Key: "opentracing.ref_type", Value.StringValue: "child_of" });

    private void AddStats(List<NormalResource> resources)
    {
        var stats = new Dictionary<string, (int Spans, int Errors)>(StringComparer.Ordinal);
        foreach (var resource in resources)
        {
            foreach (var scope in resource.Scopes)
            {
                stats.TryGetValue(resource.ServiceName, out var count);
                stats[resource.ServiceName] =
                    (count.Spans + scope.Spans.Count, count.Errors + scope.Spans.Count(s => s.Status?.Code == Status.Types.StatusCode.Error));
            }
        }

        if (stats.Count == 0)
        {
            _statLevels.Add(0, 0);
        }

        var repetition = 0;
        foreach (var (service, (spans, errors)) in stats)
        {
            _statLevels.Add(repetition, 1);
            _statService.Add(service);
            _statSpans.Add(spans);
            _statErrors.Add(errors);
            repetition = 1;
        }
    }
}
