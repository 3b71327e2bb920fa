using TempoCos.Otlp;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Ingester;

/// <summary>One tenant's recent data: live traces, the head of cut traces, logs on their way to blocks, and blocks not yet forgotten.</summary>
public sealed class TenantIngester(string tenant, string walDirectory, TimeSpan slack, LimitSettings limits, TempoMetrics metrics, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TraceId16, LiveTrace> _live = [];
    private readonly List<CutTraces> _completing = [];
    private readonly List<CompletedBlock> _completed = [];
    private CutTraces? _head;
    private DateTimeOffset _lastBlockCut = time.GetUtcNow();

    public string Tenant => tenant;

    public PushResponse Push(IReadOnlyList<PushedTrace> traces)
    {
        var now = time.GetUtcNow();
        var refusals = new Refusal[traces.Count];
        lock (_lock)
        {
            var accepted = new List<(TraceId16 Id, uint Start, uint End, ReadOnlyMemory<byte> Trace)>(traces.Count);
            var fresh = 0;
            for (var i = 0; i < traces.Count; i++)
            {
                var trace = traces[i];
                var id = TraceId16.FromBytes(trace.TraceId.Span);
                var known = _live.GetValueOrDefault(id);
                refusals[i] = known is null && limits.MaxTracesPerUser > 0 && _live.Count + fresh >= limits.MaxTracesPerUser ? Refusal.LiveTracesExceeded
                    : limits.MaxBytesPerTrace > 0 && (known?.Bytes ?? 0) + trace.Trace.Length > limits.MaxBytesPerTrace ? Refusal.TraceTooLarge
                    : Refusal.None;
                if (refusals[i] == Refusal.None)
                {
                    fresh += known is null ? 1 : 0;
                    var (start, end) = Clamp(trace.Start, trace.End, now);
                    accepted.Add((id, start, end, trace.Trace.Memory));
                }
            }

            if (accepted.Count > 0)
            {
                _head ??= new(WalLog.Create(walDirectory, tenant));
                foreach (var record in _head.Log.Append(accepted))
                {
                    if (!_live.TryGetValue(record.Id, out var live))
                    {
                        _live.Add(record.Id, live = new(record.Id, now));
                        metrics.TracesCreated.Increment(tenant);
                    }

                    live.Append(record, now);
                    metrics.BytesIngested.Add(record.Position.Length, tenant);
                }
            }

            metrics.LiveTraces.Set(_live.Count, tenant);
        }

        var response = new PushResponse();
        if (refusals.Any(refusal => refusal != Refusal.None))
        {
            response.Refusals.Add(refusals);
        }

        return response;
    }

    /// <summary>Moves traces that are complete, as far as one can know, to the head; all of them when <paramref name="all"/>.</summary>
    public void CutTraces(IngesterSettings settings, bool all)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            foreach (var trace in _live.Values.Where(trace => all || trace.IsDue(now, settings.TraceIdlePeriod, settings.TraceLivePeriod)).ToList())
            {
                _head!.Add(trace.Parts);
                _live.Remove(trace.Id);
            }

            metrics.LiveTraces.Set(_live.Count, tenant);
        }
    }

    /// <summary>The head, when it is due to become a block (or must); traces that are still live go on in a new log.</summary>
    public CutTraces? CutBlock(IngesterSettings settings, bool force)
    {
        lock (_lock)
        {
            if (_head is not { Count: > 0 } head
                || (!force && time.GetUtcNow() - _lastBlockCut < settings.MaxBlockDuration && head.Bytes < settings.MaxBlockBytes))
            {
                return null;
            }

            _lastBlockCut = time.GetUtcNow();
            _completing.Add(head);
            _head = null;
            if (_live.Count > 0)
            {
                var log = WalLog.Create(walDirectory, tenant);
                foreach (var trace in _live.Values)
                {
                    var moved = log.Append([.. trace.Parts.Select(part => (part.Id, part.Start, part.End, (ReadOnlyMemory<byte>)head.Log.Read(part.Position)))]);
                    trace.Parts.Clear();
                    trace.Parts.AddRange(moved);
                }

                _head = new(log);
            }

            return head;
        }
    }

    /// <summary>A log that an earlier process left: on its way to a block at once.</summary>
    public void Adopt(CutTraces traces)
    {
        lock (_lock)
        {
            _completing.Add(traces);
        }
    }

    public void Adopt(CompletedBlock block)
    {
        lock (_lock)
        {
            _completed.Add(block);
        }
    }

    /// <summary>The log became a block: from now on the block answers.</summary>
    public void Complete(CutTraces traces, CompletedBlock block)
    {
        lock (_lock)
        {
            _completed.Add(block);
            _completing.Remove(traces);
        }
    }

    /// <summary>Blocks that are in the backend for so long that nobody asks the ingester for them.</summary>
    public IReadOnlyList<CompletedBlock> Forget(TimeSpan timeout)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var old = _completed.Where(block => block.Flushed is { } flushed && now - flushed >= timeout).ToList();
            _completed.RemoveAll(old.Contains);
            return old;
        }
    }

    /// <summary>What waits in logs, and the blocks: everything that search looks at.</summary>
    public (IReadOnlyList<CutTraces> Cut, IReadOnlyList<CompletedBlock> Blocks) Searchable()
    {
        lock (_lock)
        {
            List<CutTraces> cut = [.. _completing];
            if (_head is not null)
            {
                cut.Add(_head);
            }

            return (cut, [.. _completed]);
        }
    }

    /// <summary>The trace's parts that are still live.</summary>
    public IReadOnlyList<TracesData> FindLive(TraceId16 id)
    {
        lock (_lock)
        {
            return _live.TryGetValue(id, out var trace) ? [.. trace.Parts.Select(part => TracesData.Parser.ParseFrom(_head!.Log.Read(part.Position)))] : [];
        }
    }

    // Block times follow the clock where the spans' times are far from it, as in Tempo: else one odd span would stretch a block over years.
    private (uint Start, uint End) Clamp(uint start, uint end, DateTimeOffset now)
    {
        var earliest = (now - slack).ToUnixTimeSeconds();
        var latest = (now + slack).ToUnixTimeSeconds();
        var clock = (uint)now.ToUnixTimeSeconds();
        var first = start < earliest || start > latest ? clock : start;
        return (first, end > latest || end < first ? Math.Max(clock, first) : end);
    }
}
