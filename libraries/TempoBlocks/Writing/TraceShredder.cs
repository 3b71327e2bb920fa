using System.Globalization;
using TempoCos.Otlp;

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
    private readonly NestedSet _numbers = new();
    private readonly List<Otlp.Span> _spans = [];
    private readonly Dictionary<string, (int Spans, int Errors)> _stats = new(StringComparer.Ordinal);

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

    /// <summary>Adds a row and returns the trace's first start and last end in Unix nanoseconds and the count of its spans.</summary>
    public (ulong Start, ulong End, int Spans) Add(TraceRecord record)
    {
        var resources = _normaliser.Normalise(record.Trace);
        var (start, end) = Collect(resources);
        var root = record.Root ?? TraceRoot.Of(record.Id, record.Trace);
        AddId(record.Id);
        _start.Add(unchecked((long)start));
        _end.Add(unchecked((long)end));
        _duration.Add(unchecked((long)(end - start)));
        _rootService.Add(root.ServiceName);
        _rootSpan.Add(root.SpanName);
        AddStats();
        _numbers.Assign(_spans);
        _resources.Add(resources, _numbers);
        _columns.Rows++;
        return (start, end, _spans.Count);
    }

    private void AddId(TraceId16 id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.CopyTo(bytes);
        _id.Add(bytes);
        Span<byte> text = stackalloc byte[32];
        id.High.TryFormat(text, out _, "x16", CultureInfo.InvariantCulture);
        id.Low.TryFormat(text[16..], out _, "x16", CultureInfo.InvariantCulture);
        _idText.Add(text.TrimStart((byte)'0'));
    }

    // The spans in row order, their bounds, and the counts by service.
    private (ulong Start, ulong End) Collect(IReadOnlyList<NormalResource> resources)
    {
        _spans.Clear();
        _stats.Clear();
        var (start, end) = (0UL, 0UL);
        for (var i = 0; i < resources.Count; i++)
        {
            var resource = resources[i];
            var errors = 0;
            var first = _spans.Count;
            foreach (var scope in resource.Scopes)
            {
                foreach (var span in scope.Spans)
                {
                    _spans.Add(span);
                    start = start == 0 || span.StartTimeUnixNano < start ? span.StartTimeUnixNano : start;
                    end = Math.Max(end, span.EndTimeUnixNano);
                    errors += span.Status?.Code == Status.Types.StatusCode.Error ? 1 : 0;
                }
            }

            _stats.TryGetValue(resource.ServiceName, out var count);
            _stats[resource.ServiceName] = (count.Spans + _spans.Count - first, count.Errors + errors);
        }

        return (start, end);
    }

    private void AddStats()
    {
        if (_stats.Count == 0)
        {
            _statLevels.Add(0, 0);
        }

        var repetition = 0;
        foreach (var (service, (spans, errors)) in _stats)
        {
            _statLevels.Add(repetition, 1);
            _statService.Add(service);
            _statSpans.Add(spans);
            _statErrors.Add(errors);
            repetition = 1;
        }
    }
}
