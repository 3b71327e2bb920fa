using TempoCos.Otlp;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Ingester;

/// <summary>One tenant's recent data: live traces, the head of cut traces, logs on their way to blocks, and blocks not yet forgotten.</summary>
public sealed class TenantIngester(string tenant, string walDirectory, TimeSpan slack, TenantLimits limits, TempoMetrics metrics, TimeProvider time, ILogger? logger = null)
{
    private const int MovedAtOnce = 4 * 1024 * 1024;
    private readonly Lock _lock = new();
    private readonly Dictionary<TraceId16, LiveTrace> _live = [];
    private readonly List<CutTraces> _completing = [];
    private readonly List<CompletedBlock> _completed = [];
    private CutTraces? _head;
    private DateTimeOffset _lastBlockCut = time.GetUtcNow();

    public string Tenant => tenant;

    /// <summary>Takes a batch into the log and the live traces; parts that the limits refuse are taken out of it.</summary>
    /// <exception cref="IOException">The log cannot be written: nothing was taken.</exception>
    public IReadOnlyList<Refusal> Push(TraceBatch batch)
    {
        var now = time.GetUtcNow();
        for (var i = 0; i < batch.Parts.Count; i++)
        {
            var (start, end) = Clamp(batch.Parts[i].Start, batch.Parts[i].End, now);
            batch.Parts[i] = batch.Parts[i] with { Start = start, End = end };
        }

        WalLog.Seal(batch);
        var limit = limits.For(tenant);
        lock (_lock)
        {
            var refusals = Refuse(batch, limit);
            if (refusals.Length > 0)
            {
                batch.Keep(refusals);
            }

            if (batch.Parts.Count > 0)
            {
                Append(batch, now);
            }

            return refusals;
        }
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
                _head = Move(head.Log);
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
            return _live.TryGetValue(id, out var trace) ? [.. trace.Parts.Select(part => _head!.Log.ReadTrace(part.Position)).OfType<TracesData>()] : [];
        }
    }

    private Refusal[] Refuse(TraceBatch batch, LimitSettings limit)
    {
        Refusal[] refusals = [];
        var fresh = 0;
        for (var i = 0; i < batch.Parts.Count; i++)
        {
            var part = batch.Parts[i];
            var known = _live.GetValueOrDefault(part.Id);
            var refusal = known is null && limit.MaxTracesPerUser > 0 && _live.Count + fresh >= limit.MaxTracesPerUser ? Refusal.LiveTracesExceeded
                : limit.MaxBytesPerTrace > 0 && (known?.Bytes ?? 0) + part.Length > limit.MaxBytesPerTrace ? Refusal.TraceTooLarge
                : Refusal.None;
            if (refusal == Refusal.None)
            {
                fresh += known is null ? 1 : 0;
                continue;
            }

            refusals = refusals.Length > 0 ? refusals : new Refusal[batch.Parts.Count];
            refusals[i] = refusal;
        }

        return refusals;
    }

    private void Append(TraceBatch batch, DateTimeOffset now)
    {
        _head ??= new(WalLog.Create(walDirectory, tenant, logger));
        var offset = _head.Log.Append(batch);
        var fresh = 0;
        foreach (var part in batch.Parts)
        {
            if (!_live.TryGetValue(part.Id, out var live))
            {
                _live.Add(part.Id, live = new(part.Id, now));
                fresh++;
            }

            live.Append(new(part.Id, part.Start, part.End, new(offset + part.Offset, part.Length)), now);
        }

        metrics.TracesCreated.Add(fresh, tenant);
        metrics.BytesIngested.Add(batch.Length, tenant);
        metrics.LiveTraces.Set(_live.Count, tenant);
    }

    // The new log takes them over, in pieces of bounded size.
    private CutTraces Move(WalLog from)
    {
        var to = WalLog.Create(walDirectory, tenant, logger);
        using var batch = new TraceBatch(tenant);
        var waiting = new List<LiveTrace>();
        foreach (var trace in _live.Values)
        {
            foreach (var part in trace.Parts)
            {
                if (from.Read(part.Position) is { } bytes)
                {
                    batch.Add(part.Id, part.Start, part.End, 0, bytes);
                    waiting.Add(trace);
                }
            }

            trace.Parts.Clear();
            if (batch.Length > MovedAtOnce)
            {
                Write();
            }
        }

        Write();
        return new(to);

        void Write()
        {
            WalLog.Seal(batch);
            var offset = to.Append(batch);
            for (var i = 0; i < waiting.Count; i++)
            {
                var part = batch.Parts[i];
                waiting[i].Parts.Add(new(part.Id, part.Start, part.End, new(offset + part.Offset, part.Length)));
            }

            waiting.Clear();
            batch.Clear();
        }
    }

    // Block times follow the clock where the spans' times are far from it, as in Tempo: else one odd span would stretch a block over years.
    private (uint Start, uint End) Clamp(uint start, uint end, DateTimeOffset now)
    {
        var earliest = (now - slack).ToUnixTimeSeconds();
        var latest = (now + slack).ToUnixTimeSeconds();
        var clock = (uint)now.ToUnixTimeSeconds();
        var first = start < earliest || start > latest ? clock : start;
        var last = end > latest || end < first ? Math.Max(clock, first) : end;
        if (first != start || last != end)
        {
            metrics.Warnings.Increment(tenant, "outside_ingestion_time_slack");
        }

        return (first, last);
    }
}
