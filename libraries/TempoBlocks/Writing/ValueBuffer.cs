using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ParquetSharp;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>A column of numbers or booleans.</summary>
internal sealed class ValueBuffer<T>(LeafSpec spec, LevelBuffer levels) : ColumnBuffer(spec, levels)
    where T : unmanaged
{
    private readonly List<T> _values = [];

    public override long Bytes => (long)_values.Count * Unsafe.SizeOf<T>();

    public void Add(T value) => _values.Add(value);

    public override void Write(ColumnWriter writer) =>
        Write((ColumnWriter<T>)writer, _values.Count, (start, count) => CollectionsMarshal.AsSpan(_values).Slice(start, count));

    public override void Clear() => _values.Clear();
}
