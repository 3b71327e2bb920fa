using TempoCos.Otlp;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>
/// A resource as a row holds it. <see cref="Columns"/>: service.name, the static columns, the dedicated columns; <see cref="Attributes"/>: the rest.
/// Reused for one trace after the other.
/// </summary>
internal sealed class NormalResource(int columns)
{
    private readonly List<NormalScope> _all = [];

    public string?[] Columns { get; } = new string?[columns];

    public string ServiceName => Columns[0] ?? "";

    public List<KeyValue> Attributes { get; } = [];

    public uint DroppedAttributes { get; set; }

    public List<NormalScope> Scopes { get; } = [];

    /// <summary>Forgets the scopes.</summary>
    public void Clear() => Scopes.Clear();

    /// <summary>A scope to be filled, which <see cref="Scopes"/> does not have yet.</summary>
    public NormalScope NextScope()
    {
        if (Scopes.Count == _all.Count)
        {
            _all.Add(new NormalScope());
        }

        return _all[Scopes.Count];
    }

    /// <summary>Equal in everything that tells resources apart: columns and attributes, not the counter.</summary>
    public bool IsLike(NormalResource other) =>
        Columns.AsSpan().SequenceEqual(other.Columns) && Attributes.SequenceEqual(other.Attributes);

    /// <summary>The same for resources that are alike.</summary>
    public int LikenessHash()
    {
        var hash = default(HashCode);
        foreach (var column in Columns)
        {
            hash.Add(column);
        }

        foreach (var attribute in Attributes)
        {
            hash.Add(attribute);
        }

        return hash.ToHashCode();
    }
}
