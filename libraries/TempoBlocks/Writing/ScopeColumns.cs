namespace TempoCos.TempoBlocks.Writing;

/// <summary>The columns of instrumentation scopes and what is below them.</summary>
internal sealed class ScopeColumns(ColumnBuffers columns, IReadOnlyList<string> dedicatedSpanKeys)
{
    private const string Path = "rs.list.element.ss.list.element";
    private const int Level = 2;
    private readonly LevelBuffer _levels = columns.Levels("rs.list.element.ss.list");
    private readonly TextBuffer _name = columns.Column<TextBuffer>($"{Path}.Scope.Name");
    private readonly TextBuffer _version = columns.Column<TextBuffer>($"{Path}.Scope.Version");
    private readonly AttributeColumns _attributes = new(columns, $"{Path}.Scope", Level + 1);
    private readonly ValueBuffer<int> _dropped = columns.Column<ValueBuffer<int>>($"{Path}.Scope.DroppedAttributesCount");
    private readonly SpanColumns _spans = new(columns, dedicatedSpanKeys);

    public void AddMissing(int repetition, int definition)
    {
        _levels.Add(repetition, definition);
        _attributes.AddMissing(repetition, definition);
        _spans.AddMissing(repetition, definition);
    }

    /// <summary>Adds a resource's scopes; <paramref name="index"/> counts the trace's spans.</summary>
    public void Add(int repetition, List<NormalScope> scopes, NestedSet numbers, ref int index)
    {
        if (scopes.Count == 0)
        {
            AddMissing(repetition, Level - 1);
            return;
        }

        foreach (var scope in scopes)
        {
            _levels.Add(repetition, Level);
            _name.Add(scope.Name);
            _version.Add(scope.Version);
            _attributes.Add(repetition, scope.Attributes);
            _dropped.Add(unchecked((int)scope.DroppedAttributes));
            if (scope.Spans.Count == 0)
            {
                _spans.AddMissing(repetition, Level);
            }

            foreach (var span in scope.Spans)
            {
                _spans.Add(repetition, span, numbers.Left[index], numbers.Right[index], numbers.Parent[index]);
                index++;
                repetition = Level + 1;
            }

            repetition = Level;
        }
    }
}
