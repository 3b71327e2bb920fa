namespace TempoCos.Tempo.TraceQL.Fetching;

/// <summary>What one target has on one span, as it is stored: attributes (more than one with a repeated key, or of several events) with their values.</summary>
public sealed class StoredValues
{
    private readonly List<Static> _values = [];
    private readonly List<(int Owner, int First)> _attributes = [];

    public int Count => _attributes.Count;

    public void Clear()
    {
        _values.Clear();
        _attributes.Clear();
    }

    /// <summary>Begins an attribute; its owner is the event's or link's number, else 0.</summary>
    public void Begin(int owner) => _attributes.Add((owner, _values.Count));

    public void Add(Static value) => _values.Add(value);

    public void AddOne(int owner, Static value)
    {
        Begin(owner);
        Add(value);
    }

    public int Owner(int attribute) => _attributes[attribute].Owner;

    /// <summary>One value, an array's elements, or none where the attribute has no type that can be compared.</summary>
    public ReadOnlySpan<Static> Values(int attribute)
    {
        var first = _attributes[attribute].First;
        var end = attribute + 1 < _attributes.Count ? _attributes[attribute + 1].First : _values.Count;
        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_values)[first..end];
    }
}
