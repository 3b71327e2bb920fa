using TempoCos.TempoBlocks.Blooms;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>The state of one block while its traces arrive.</summary>
internal sealed class BlockRun : IDisposable
{
    private const int MaxColumnsPerScope = 10;

    // Asking all columns for their sizes costs as much as some spans: large row groups are not measured after each trace.
    private const int MeasuredSpans = 64;
    private const long LargeRowGroup = 1 << 20;
    private readonly Stream _target;
    private readonly BlockWriterOptions _options;
    private readonly ColumnBuffers _columns = new();
    private readonly TraceShredder _shredder;
    private readonly BloomFilter? _bloom;
    private readonly List<TraceId16> _ids = [];
    private int _unmeasured;
    private ParquetTraceFile? _file;
    private TraceId16 _last;
    private ulong _start = ulong.MaxValue;
    private ulong _end;

    public BlockRun(Stream target, BlockDraft draft, BlockWriterOptions options)
    {
        (_target, _options) = (target, options);
        DedicatedColumns = Supported(options.DedicatedColumns);
        _shredder = new TraceShredder(_columns, DedicatedColumns);
        _bloom = draft.ExpectedTraces is { } expected ? CreateBloom(expected) : null;
    }

    /// <summary>The dedicated columns that vParquet4 can have.</summary>
    public IReadOnlyList<DedicatedColumn> DedicatedColumns { get; }

    public long Traces { get; private set; }

    /// <summary>The last id of each row group.</summary>
    public List<TraceId16> LastIds { get; } = [];

    public DateTimeOffset StartTime => WholeSeconds(Math.Min(_start, _end));

    public DateTimeOffset EndTime => WholeSeconds(_end);

    public void Add(TraceRecord trace)
    {
        if (Traces > 0 && trace.Id <= _last)
        {
            throw new ArgumentException($"Traces must come in strictly ascending order of ids: {trace.Id} follows {_last}.");
        }

        var (start, end, spans) = _shredder.Add(trace);
        _start = start == 0 && end == 0 ? _start : Math.Min(_start, start);
        _end = Math.Max(_end, end);
        _last = trace.Id;
        Traces++;
        if (_bloom is not null)
        {
            _bloom.Add(trace.Id);
        }
        else
        {
            _ids.Add(trace.Id);
        }

        _unmeasured += spans + 1;
        if (_unmeasured >= MeasuredSpans || _options.RowGroupBytes < LargeRowGroup)
        {
            _unmeasured = 0;
            if (_columns.Bytes >= _options.RowGroupBytes)
            {
                Flush();
            }
        }
    }

    /// <summary>Writes the last row group and the footer.</summary>
    public void Close()
    {
        if (Traces == 0)
        {
            throw new ArgumentException("A block needs at least one trace.");
        }

        Flush();
        _file!.Close();
        _target.Flush();
    }

    public IReadOnlyList<BloomShard> CreateBlooms()
    {
        var bloom = _bloom;
        if (bloom is null)
        {
            bloom = CreateBloom(Traces);
            foreach (var id in _ids)
            {
                bloom.Add(id);
            }
        }

        return bloom.Shards;
    }

    public void Dispose() => _file?.Dispose();

    // Rows have ten text columns per scope.
    private static List<DedicatedColumn> Supported(IReadOnlyList<DedicatedColumn> columns) =>
    [
        .. columns.Where((c, i) => c.IsString && c.Scope is DedicatedColumn.ResourceScope or DedicatedColumn.SpanScope
            && columns.Take(i).Count(p => p.IsString && p.Scope == c.Scope) < MaxColumnsPerScope),
    ];

    private static DateTimeOffset WholeSeconds(ulong unixNano) => DateTimeOffset.FromUnixTimeSeconds((long)(unixNano / 1_000_000_000));

    private BloomFilter CreateBloom(long expected) => new(expected, _options.BloomShardBytes, _options.BloomFalsePositive);

    private void Flush()
    {
        if (_columns.Rows > 0)
        {
            _file ??= new ParquetTraceFile(_target, _columns, _options.PageBytes);
            _file.WriteRowGroup(_columns);
            LastIds.Add(_last);
            _columns.Clear();
        }
    }
}
