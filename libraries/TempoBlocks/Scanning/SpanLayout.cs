using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Scanning;

/// <summary>Which resource and scope each span of a row belongs to, by counting; from the levels of any column of spans.</summary>
internal sealed class SpanLayout(SchemaLeaf spanLeaf)
{
    private readonly List<(int Resource, int Scope)> _spans = [];
    private int _resources;
    private int _scopes;

    public int Row { get; private set; } = -1;

    public int Spans => _spans.Count;

    /// <summary>The span column's entries in the row; span number n has the value number <c>Entries.Ordinal + n</c>.</summary>
    public RowEntries Entries { get; private set; }

    public void Read(GroupColumns columns, int row)
    {
        _spans.Clear();
        (Row, _resources, _scopes) = (row, 0, 0);
        Entries = columns[spanLeaf].Seek(row);
        var levels = spanLeaf.ElementLevels;
        var repetitions = Entries.Page.Repetitions;
        var definitions = Entries.Page.Definitions;
        for (var entry = Entries.Start; entry < Entries.End; entry++)
        {
            var (repetition, definition) = (repetitions[entry], definitions[entry]);
            _resources += repetition <= ValueSource.Resource && definition >= levels[ValueSource.Resource] ? 1 : 0;
            _scopes += repetition <= ValueSource.Scope && definition >= levels[ValueSource.Scope] ? 1 : 0;
            if (definition == spanLeaf.MaxDefinition)
            {
                _spans.Add((_resources - 1, _scopes - 1));
            }
        }
    }

    /// <summary>The number of the span's owner among the source's owners in the row.</summary>
    public int OwnerOf(int span, ValueSource source)
    {
        var (owner, owners) = source.Level switch
        {
            ValueSource.Trace => (0, 1),
            ValueSource.Resource => (_spans[span].Resource, _resources),
            ValueSource.Scope => (_spans[span].Scope, _scopes),
            _ => (span, _spans.Count),
        };
        return source.Current.Owners == owners
            ? owner
            : throw new InvalidDataException($"row {Row} has {owners} elements at level {source.Level} in one column, {source.Current.Owners} in another");
    }
}
