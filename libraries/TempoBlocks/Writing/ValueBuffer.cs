using System.Runtime.CompilerServices;
using ParquetSharp;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>A column of numbers or booleans.</summary>
internal sealed class ValueBuffer<T>(LeafSpec spec, LevelBuffer levels) : ColumnBuffer(spec, levels)
    where T : unmanaged
{
    private const int SmallestLength = 64;
    private T[] _values = new T[SmallestLength];
    private int _count;

    public override long Bytes => (long)_count * Unsafe.SizeOf<T>();

    public void Add(T value)
    {
        if (_count == _values.Length)
        {
            Array.Resize(ref _values, 2 * _count);
        }

        _values[_count++] = value;
    }

    public override void Write(ColumnWriter writer) =>
        Write((ColumnWriter<T>)writer, _count, (start, count) => _values.AsSpan(start, count));

    public override void Clear() => _count = 0;
}
