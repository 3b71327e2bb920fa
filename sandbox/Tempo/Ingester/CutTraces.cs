using Google.Protobuf;
using TempoCos.Otlp;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Ingester;

/// <summary>Traces that are cut and wait in a log for their block: searchable, in id order on request.</summary>
public sealed class CutTraces(WalLog log)
{
    private readonly Dictionary<TraceId16, List<WalPosition>> _traces = [];
    private readonly Lock _lock = new();
    private uint _start = uint.MaxValue;
    private uint _end;

    public WalLog Log => log;

    public long Bytes { get; private set; }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _traces.Count;
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
                if (!_traces.TryGetValue(record.Id, out var positions))
                {
                    _traces.Add(record.Id, positions = []);
                }

                positions.Add(record.Position);
                Bytes += record.Position.Length;
                _start = Math.Min(_start, record.Start);
                _end = Math.Max(_end, record.End);
            }
        }
    }

    public IReadOnlyList<TracesData> Find(TraceId16 id)
    {
        WalPosition[] positions;
        lock (_lock)
        {
            positions = _traces.TryGetValue(id, out var found) ? [.. found] : [];
        }

        return Read(positions);
    }

    /// <summary>All traces, ascending by id, read one at a time.</summary>
    public IEnumerable<TraceRecord> ReadSorted()
    {
        (TraceId16 Id, WalPosition[] Positions)[] traces;
        lock (_lock)
        {
            traces = [.. _traces.Select(pair => (pair.Key, pair.Value.ToArray()))];
        }

        Array.Sort(traces, static (left, right) => left.Id.CompareTo(right.Id));
        foreach (var (id, positions) in traces)
        {
            yield return new(id, TraceMerge.Combine(Read(positions)));
        }
    }

    private List<TracesData> Read(WalPosition[] positions)
    {
        var parts = new List<TracesData>(positions.Length);
        foreach (var position in positions)
        {
            parts.Add(TracesData.Parser.ParseFrom(UnsafeByteOperations.UnsafeWrap(log.Read(position))));
        }

        return parts;
    }
}
