namespace TempoCos.TempoBlocks.Writing;

/// <summary>All columns of the row group that is being filled.</summary>
internal sealed class ColumnBuffers
{
    private readonly Dictionary<string, ColumnBuffer> _byPath;
    private readonly Dictionary<string, LevelBuffer> _byGroup = [];
    private readonly LevelBuffer[] _levels;

    public ColumnBuffers()
    {
        All = [.. TraceSchema.Leaves.Select(Create)];
        _byPath = All.ToDictionary(c => c.Spec.Path);
        _levels = [.. All.Select(c => c.Levels).Distinct()];
    }

    /// <summary>In file order.</summary>
    public IReadOnlyList<ColumnBuffer> All { get; }

    public int Rows { get; set; }

    /// <summary>Bytes of levels and values; it asks every column, so not for each value.</summary>
    public long Bytes => All.Sum(c => c.Bytes) + _levels.Sum(l => (long)l.Count);

    public T Column<T>(string path)
        where T : ColumnBuffer => (T)_byPath[path];

    /// <summary>The levels that the required columns of a repeated group share.</summary>
    public LevelBuffer Levels(string group) => _byGroup[group];

    public void Clear()
    {
        Rows = 0;
        foreach (var column in All)
        {
            column.Clear();
        }

        foreach (var levels in _levels)
        {
            levels.Clear();
        }
    }

    private ColumnBuffer Create(LeafSpec spec)
    {
        LevelBuffer? levels = null;
        if (!spec.IsOptional && !_byGroup.TryGetValue(spec.Group, out levels))
        {
            _byGroup[spec.Group] = levels = new LevelBuffer();
        }

        levels ??= new LevelBuffer();
        return spec.Kind switch
        {
            LeafKind.Int32 or LeafKind.UInt32 => new ValueBuffer<int>(spec, levels),
            LeafKind.Int64 or LeafKind.UInt64 => new ValueBuffer<long>(spec, levels),
            LeafKind.Double => new ValueBuffer<double>(spec, levels),
            LeafKind.Boolean => new ValueBuffer<bool>(spec, levels),
            _ when spec.Encoding is LeafEncoding.Dictionary or LeafEncoding.AlwaysDictionary => new TextBuffer(spec, levels),
            _ => new BytesBuffer(spec, levels),
        };
    }
}
