using System.Runtime.InteropServices;
using ParquetSharp;
using static System.Text.Encoding;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>A column of byte arrays or texts that seldom repeat.</summary>
internal sealed class BytesBuffer(LeafSpec spec, LevelBuffer levels) : ColumnBuffer(spec, levels)
{
    private readonly ByteArena _arena = new();
    private readonly List<ByteArray> _values = [];

    public override long Bytes => _arena.Bytes + 16L * _values.Count;

    public void Add(ReadOnlySpan<byte> value)
    {
        value.CopyTo(_arena.Reserve(value.Length, out var location));
        _values.Add(location);
    }

    public void Add(string text)
    {
        UTF8.GetBytes(text, _arena.Reserve(UTF8.GetByteCount(text), out var location));
        _values.Add(location);
    }

    /// <summary>An entry of an optional column.</summary>
    public void AddOptional(int repetition, string? text)
    {
        Levels.Add(repetition, text is null ? Spec.Definition - 1 : Spec.Definition);
        if (text is not null)
        {
            Add(text);
        }
    }

    public override void Write(ColumnWriter writer) =>
        Write((ColumnWriter<ByteArray>)writer, _values.Count, (start, count) => CollectionsMarshal.AsSpan(_values).Slice(start, count));

    public override void Clear()
    {
        _arena.Clear();
        _values.Clear();
    }
}
