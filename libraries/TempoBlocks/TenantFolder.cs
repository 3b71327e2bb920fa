namespace TempoCos.TempoBlocks;

/// <summary>Sorts the objects of a tenant's folder by block.</summary>
internal sealed class TenantFolder
{
    private const string LiveName = "meta.json";
    private const string CompactedName = "meta.compacted.json";
    private readonly Dictionary<Guid, StoredObject> _live = [];
    private readonly Dictionary<Guid, StoredObject> _compacted = [];
    private readonly Dictionary<Guid, DateTimeOffset> _written = [];
    private readonly HashSet<Guid> _held = [];

    public IReadOnlySet<Guid> Held => _held;

    /// <summary>One description a block. A block may be seen in both states while it is being marked: then it is compacted.</summary>
    public IEnumerable<(Guid Block, StoredObject Entry, bool IsLive)> Descriptions =>
        _compacted.Select(d => (d.Key, d.Value, false)).Concat(_live.Where(d => !_compacted.ContainsKey(d.Key)).Select(d => (d.Key, d.Value, true)));

    public IReadOnlyList<UnpublishedBlock> Unpublished =>
    [
        .. _written.Where(w => !_live.ContainsKey(w.Key) && !_compacted.ContainsKey(w.Key)).Select(w => new UnpublishedBlock(w.Key, w.Value)),
    ];

    public static bool IsLive(string key) => key.EndsWith("/" + LiveName, StringComparison.Ordinal);

    public void Add(StoredObject entry)
    {
        if (entry.Key.Split('/') is not [_, var folder, var name] || !Guid.TryParseExact(folder, "d", out var block))
        {
            return;
        }

        switch (name)
        {
            case LiveName:
                _live[block] = entry;
                break;
            case CompactedName:
                _compacted[block] = entry;
                break;
            case "nocompact.flg":
                _held.Add(block);
                break;
        }

        _written[block] = _written.TryGetValue(block, out var written) && written > entry.LastModified ? written : entry.LastModified;
    }
}
