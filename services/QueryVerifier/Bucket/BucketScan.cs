using TempoCos.QueryVerifier.Ladder;
using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Bucket;

/// <summary>The blocks that stand in the bucket now and did not before the run. Each is examined once, when it turns up.</summary>
internal sealed class BucketScan(IBlockStore store, string tenant, Expectation expectation, IReadOnlySet<string> baseline)
{
    private readonly Dictionary<Guid, BlockFinding> _findings = [];
    private readonly Dictionary<Guid, string> _unreadable = [];
    private readonly HashSet<Guid> _seen = [];

    /// <summary>New blocks that are live.</summary>
    public IReadOnlyCollection<BlockFinding> Blocks => _findings.Values;

    /// <summary>New blocks that are sound and hold something of the manifest.</summary>
    public IEnumerable<BlockFinding> Covering => _findings.Values.Where(finding => finding.IsSound && finding.Compared.Count > 0);

    /// <summary>Every new block that was seen at any look, live or not, by id.</summary>
    public IReadOnlySet<Guid> Seen => _seen;

    /// <summary>New blocks that were compacted away and whose objects still stand in the bucket.</summary>
    public IReadOnlySet<Guid> Compacted { get; private set; } = new HashSet<Guid>();

    /// <summary>What is wrong with new blocks.</summary>
    public IReadOnlyList<string> Problems => [.. _unreadable.Values, .. _findings.Values.SelectMany(finding => finding.Problems.Select(problem => $"block {finding.Meta.BlockId}: {problem}"))];

    /// <summary>Lists the bucket and examines what is new since the last look.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        var (live, compacted, bytes) = await ListAsync(ct);
        Compacted = compacted;
        _seen.UnionWith(live);
        _seen.UnionWith(compacted);
        foreach (var gone in _findings.Keys.Concat(_unreadable.Keys).Where(block => !live.Contains(block)).ToList())
        {
            _findings.Remove(gone);
            _unreadable.Remove(gone);
        }

        foreach (var block in live.Where(block => !_findings.ContainsKey(block) && !_unreadable.ContainsKey(block)))
        {
            await ExamineAsync(block, bytes[block], ct);
        }
    }

    /// <summary>Those of the ids that no sound new block holds.</summary>
    public IReadOnlyList<TraceId16> Missing(IEnumerable<TraceId16> ids)
    {
        var covering = Covering.ToList();
        return [.. ids.Where(id => !covering.Exists(finding => finding.Has(id)))];
    }

    /// <summary>Whether a sound new block has the id.</summary>
    public async Task<bool> HasAsync(TraceId16 id, CancellationToken ct)
    {
        foreach (var finding in _findings.Values.Where(finding => finding.IsSound))
        {
            await using var reader = await BlockReader.OpenAsync(store, finding.Meta, ct);
            if (await reader.FindAsync(id, ct) is not null)
            {
                return true;
            }
        }

        return false;
    }

    private async Task<(HashSet<Guid> Live, HashSet<Guid> Compacted, Dictionary<Guid, long> Bytes)> ListAsync(CancellationToken ct)
    {
        var (live, compacted, bytes) = (new HashSet<Guid>(), new HashSet<Guid>(), new Dictionary<Guid, long>());
        await foreach (var entry in store.ListAsync($"{tenant}/", ct))
        {
            if (entry.Key.Split('/') is not [_, var folder, var name] || !Guid.TryParseExact(folder, "d", out var block) || baseline.Contains(folder))
            {
                continue;
            }

            bytes[block] = bytes.GetValueOrDefault(block) + entry.Size;
            switch (name)
            {
                case "meta.json":
                    live.Add(block);
                    break;
                case "meta.compacted.json":
                    compacted.Add(block);
                    break;
            }
        }

        live.ExceptWith(compacted);
        return (live, compacted, bytes);
    }

    private async Task ExamineAsync(Guid block, long bytes, CancellationToken ct)
    {
        BlockMeta? meta;
        try
        {
            meta = await new BlockCatalog(store).ReadMetaAsync(tenant, block, ct);
        }
        catch (BlockFormatException exception)
        {
            _unreadable[block] = exception.Message.TrimEnd('.');
            return;
        }

        // A replication factor of 1 marks blocks of Tempo's metrics-generator, which no trace query reads.
        if (meta is null || meta.ReplicationFactor == 1)
        {
            return;
        }

        var finding = await ExamineAsync(meta, bytes, ct);
        if (finding.IsSound || await new BlockCatalog(store).ReadMetaAsync(tenant, block, ct) is not null)
        {
            _findings[block] = finding;
        }
    }

    // The file is read once, and every trace of the manifest compared as it passes: a second reading would cost as much again.
    private async Task<BlockFinding> ExamineAsync(BlockMeta meta, long bytes, CancellationToken ct)
    {
        var compared = new Dictionary<TraceId16, TraceComparison>();
        var neverSent = false;
        var check = await BlockCheck.RunAsync(store, meta, record =>
        {
            ct.ThrowIfCancellationRequested();
            neverSent |= record.Id == expectation.NeverSent;
            if (expectation.TryGetIndex(record.Id, out var index))
            {
                compared[record.Id] = TraceComparison.Of(expectation, index, record.Trace);
            }
        }, ct);
        return new BlockFinding(meta, compared, bytes, check.Problems, neverSent);
    }
}
