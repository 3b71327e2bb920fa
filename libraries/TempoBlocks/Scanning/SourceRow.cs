using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Scanning;

/// <summary>
/// What a source has in one row: for each owner (the trace, a resource, a scope or a span, counted through the row) which values, not yet
/// taken out of their pages, and whether one of them holds.
/// </summary>
internal sealed class SourceRow
{
    private readonly List<(ColumnPage Page, int Ordinal, ScanValueKind Kind)> _values = [];
    private readonly List<(int Start, bool Holds, bool IsArray)> _owners = [];
    private int _taken = -1;
    private ScanValue[] _takenValues = [];

    public int Row { get; private set; } = -1;

    public int Owners => _owners.Count;

    public bool Holds { get; private set; }

    public void Begin(int row)
    {
        _values.Clear();
        _owners.Clear();
        (Row, Holds, _taken) = (row, false, -1);
    }

    public void BeginOwner() => _owners.Add((_values.Count, false, false));

    public void Add(ColumnPage page, int ordinal, ScanValueKind kind) => _values.Add((page, ordinal, kind));

    public void MarkHolds()
    {
        Holds = true;
        _owners[^1] = _owners[^1] with { Holds = true };
    }

    public void MarkArray() => _owners[^1] = _owners[^1] with { IsArray = true };

    public bool HoldsFor(int owner) => _owners[owner].Holds;

    public bool IsArray(int owner) => _owners[owner].IsArray;

    public bool HasValues(int owner) => End(owner) > _owners[owner].Start;

    /// <summary>Hands all values on, while more are wanted.</summary>
    public bool AddTo(DistinctValues distinct)
    {
        foreach (var (page, ordinal, kind) in _values)
        {
            if (!distinct.Add(page, ordinal, kind))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The owner's values; the array is shared by all that ask.</summary>
    public ScanValue[] Take(int owner)
    {
        if (_taken != owner)
        {
            var (start, end) = (_owners[owner].Start, End(owner));
            _takenValues = end > start ? new ScanValue[end - start] : [];
            for (var i = start; i < end; i++)
            {
                _takenValues[i - start] = ColumnValue.Read(_values[i].Page, _values[i].Ordinal, _values[i].Kind);
            }

            _taken = owner;
        }

        return _takenValues;
    }

    private int End(int owner) => owner + 1 < _owners.Count ? _owners[owner + 1].Start : _values.Count;
}
