using TempoCos.QueryVerifier.Ladder;
using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Bucket;

/// <summary>The blocks that stand in the bucket now and did not before the run. Each is examined once, when it turns up.</summary>
internal sealed class BucketScan(IBlockStore store, string tenant, Expectation expectation, IReadOnlySet<string> baseline)
{
    private readonly Dictionary<Guid, BlockFinding> _findings = [];
    private readonly Dictionary<Guid, string> _unreadable = [];

    /// <summary>New blocks that are live.</summary>
    public IReadOnlyCollection<BlockFinding> Blocks => _findings.Values;

    /// <summary>New blocks that are sound and hold something of the manifest.</summary>
    public IEnumerable<BlockFinding> Covering => _findings.Values.Where(finding => finding.IsSound && finding.Ids.Count > 0);

    /// <summary>What is wrong with new blocks.</summary>
    public IReadOnlyList<string> Problems => [.. _unreadable.Values, .. _findings.Values.SelectMany(finding => finding.Problems.Select(problem => $"block {finding.Meta.BlockId}: {problem}"))];

    /// <summary>Lists the bucket and examines what is new since the last look.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        var (live, bytes) = await ListAsync(ct);
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
        return [.. ids.Where(id => !covering.Exists(finding => finding.Ids.Contains(id)))];
    }

    /// <summary>Whether a new block, sound or not, has the id.</summary>
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

    private async Task<(HashSet<Guid> Live, Dictionary<Guid, long> Bytes)> ListAsync(CancellationToken ct)
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
        return (live, bytes);
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

    private async Task<BlockFinding> ExamineAsync(BlockMeta meta, long bytes, CancellationToken ct)
    {
        var ids = new HashSet<TraceId16>();
        var problems = new List<string>();
        var neverSent = false;
        try
        {
            problems.AddRange((await BlockCheck.RunAsync(store, meta, ct)).Problems);
            if (problems.Count == 0)
            {
                await using var reader = await BlockReader.OpenAsync(store, meta, ct);
                await foreach (var summary in reader.ReadTraceSummariesAsync(ct))
                {
                    if (expectation.TryGetIndex(summary.Id, out _))
                    {
                        ids.Add(summary.Id);
                    }
                }

                foreach (var id in ids)
                {
                    if (!await reader.MayContainAsync(id, ct))
                    {
                        problems.Add($"the bloom filter denies trace {id}, which the block holds");
                    }
                }

                neverSent = await reader.FindAsync(expectation.NeverSent, ct) is not null;
            }
        }
        catch (Exception exception) when (exception is BlockFormatException or ObjectNotFoundException or EndOfStreamException)
        {
            problems.Add(exception.Message.TrimEnd('.'));
        }

        return new BlockFinding(meta, ids, bytes, problems, neverSent);
    }
}
