using TempoCos.TempoBlocks.Rows;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>The columns of resources and everything below them.</summary>
internal sealed class ResourceColumns
{
    private const string Path = "rs.list.element.Resource";
    private const int Level = 1;
    private readonly LevelBuffer _levels;
    private readonly AttributeColumns _attributes;
    private readonly ValueBuffer<int> _dropped;
    private readonly TextBuffer _serviceName;
    private readonly TextBuffer[] _optional;
    private readonly ScopeColumns _scopes;

    public ResourceColumns(ColumnBuffers columns, IReadOnlyList<string> dedicatedSpanKeys)
    {
        _levels = columns.Levels("rs.list");
        _attributes = new AttributeColumns(columns, Path, Level + 1);
        _dropped = columns.Column<ValueBuffer<int>>($"{Path}.DroppedAttributesCount");
        _serviceName = columns.Column<TextBuffer>($"{Path}.ServiceName");
        _optional =
        [
            .. StaticColumns.Resource.Select(c => columns.Column<TextBuffer>($"{Path}.{c.Column}")),
            .. Enumerable.Range(1, 10).Select(i => columns.Column<TextBuffer>($"{Path}.DedicatedAttributes.String{i:00}")),
        ];
        _scopes = new ScopeColumns(columns, dedicatedSpanKeys);
    }

    /// <summary>How resources' attributes are split into columns: service.name, static, dedicated.</summary>
    public static AttributeSplit CreateSplit(IReadOnlyList<string> dedicatedKeys) =>
        new([StaticColumns.ServiceName, .. StaticColumns.Resource.Select(c => c.Key), .. dedicatedKeys], []);

    public void Add(IReadOnlyList<NormalResource> resources, NestedSet numbers)
    {
        var (repetition, index) = (0, 0);
        if (resources.Count == 0)
        {
            AddMissing();
        }

        foreach (var resource in resources)
        {
            _levels.Add(repetition, Level);
            _attributes.Add(repetition, resource.Attributes);
            _dropped.Add(unchecked((int)resource.DroppedAttributes));
            _serviceName.Add(resource.ServiceName);
            for (var i = 0; i < _optional.Length; i++)
            {
                _optional[i].AddOptional(repetition, i + 1 < resource.Columns.Length ? resource.Columns[i + 1] : null);
            }

            _scopes.Add(repetition, resource.Scopes, numbers, ref index);
            repetition = Level;
        }
    }

    private void AddMissing()
    {
        _levels.Add(0, 0);
        _attributes.AddMissing(0, 0);
        foreach (var column in _optional)
        {
            column.Levels.Add(0, 0);
        }

        _scopes.AddMissing(0, 0);
    }
}
