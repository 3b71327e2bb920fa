using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TempoCos.Otlp;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Ingester;

/// <summary>Traces that are cut and wait in a log for their block. Only an index is in memory: where the parts of each trace lie.</summary>
public sealed class CutTraces(WalLog log, bool damaged = false)
{
    private const int ChunkTraces = 128;
    private readonly Dictionary<TraceId16, int> _last = [];
    private readonly List<Part> _parts = [];
    private readonly Lock _lock = new();
    private uint _start = uint.MaxValue;
    private uint _end;

    public WalLog Log => log;

    /// <summary>The log lost records before its end.</summary>
    public bool Damaged => damaged;

    public long Bytes { get; private set; }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _last.Count;
            }
        }
    }

    public DateTimeOffset Start => DateTimeOffset.FromUnixTimeSeconds(_start);

    public DateTimeOffset End => DateTimeOffset.FromUnixTimeSeconds(_end);

    public void Add(IEnumerable<WalRecord> records)
    {
        lock (_lock)
        {
            foreach (var record in records)
            {
                ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_last, record.Id, out var known);
                _parts.Add(new(record.Position, known ? last : -1));
                last = _parts.Count - 1;
                Bytes += record.Position.Length;
                _start = Math.Min(_start, record.Start);
                _end = Math.Max(_end, record.End);
            }
        }
    }

    /// <summary>The parts of a trace, as they came.</summary>
    public IReadOnlyList<TracesData> Find(TraceId16 id)
    {
        var positions = new List<WalPosition>();
        lock (_lock)
        {
            Positions(id, positions);
        }

        return [.. positions.Select(log.ReadTrace).OfType<TracesData>()];
    }

    /// <summary>All traces, ascending by id, read one at a time.</summary>
    public IEnumerable<TraceRecord> ReadSorted()
    {
        foreach (var chunk in Ids().Chunk(ChunkTraces))
        {
            foreach (var record in Read(chunk))
            {
                yield return record;
            }
        }
    }

    /// <summary>As <see cref="ReadSorted"/>, but the next traces are read while the caller works on the ones before.</summary>
    public async IAsyncEnumerable<TraceRecord> ReadSortedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ids = Ids();
        var next = Task.Run(() => Read(ids.AsSpan(0, Math.Min(ChunkTraces, ids.Length))), cancellationToken);
        for (var at = ChunkTraces; ; at += ChunkTraces)
        {
            var records = await next;
            if (at < ids.Length)
            {
                var from = at;
                next = Task.Run(() => Read(ids.AsSpan(from, Math.Min(ChunkTraces, ids.Length - from))), cancellationToken);
            }

            foreach (var record in records)
            {
                yield return record;
            }

            if (at >= ids.Length)
            {
                yield break;
            }
        }
    }

    private TraceId16[] Ids()
    {
        TraceId16[] ids;
        lock (_lock)
        {
            ids = [.. _last.Keys];
        }

        Array.Sort(ids);
        return ids;
    }

    private List<TraceRecord> Read(ReadOnlySpan<TraceId16> ids)
    {
        var records = new List<TraceRecord>(ids.Length);
        var positions = new List<WalPosition>();
        foreach (var id in ids)
        {
            positions.Clear();
            lock (_lock)
            {
                Positions(id, positions);
            }

            var parts = new List<TracesData>(positions.Count);
            foreach (var position in positions)
            {
                if (log.ReadTrace(position) is { } part)
                {
                    parts.Add(part);
                }
            }

            if (parts.Count > 0)
            {
                records.Add(new(id, TraceMerge.Combine(parts)));
            }
        }

        return records;
    }

    // In the order in which they came.
    private void Positions(TraceId16 id, List<WalPosition> positions)
    {
        if (_last.TryGetValue(id, out var at))
        {
            for (; at >= 0; at = _parts[at].Previous)
            {
                positions.Add(_parts[at].Position);
            }

            positions.Reverse();
        }
    }

    private readonly record struct Part(WalPosition Position, int Previous);
}
