using System.Runtime.InteropServices;
using ParquetSharp;
using static System.Text.Encoding;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>A column of texts that repeat: each distinct one is kept once.</summary>
internal sealed class TextBuffer(LeafSpec spec, LevelBuffer levels) : ColumnBuffer(spec, levels)
{
    private readonly ByteArena _arena = new();
    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];
    private readonly List<ByteArray> _distinct = [];
    private readonly List<int> _values = [];
    private readonly ByteArray[] _batch = new ByteArray[BatchEntries];
    private int _last;

    // A distinct text is held as characters too, while its index is looked up.
    public override long Bytes => (4L * _values.Count) + (3 * _arena.Bytes) + (72L * _distinct.Count);

    public override long DistinctBytes => _arena.Bytes + (4L * _distinct.Count);

    public void Add(string text) => Add(text, ref _last);

    /// <summary>
    /// Adds a value. <paramref name="guess"/> is the position among the distinct texts of the value that the caller had last at the same place;
    /// comparing with it is cheaper than a look-up, and spans of one program have the same keys in the same order.
    /// </summary>
    public void Add(string text, ref int guess)
    {
        if ((uint)guess >= (uint)_texts.Count || !string.Equals(_texts[guess], text))
        {
            guess = IndexOf(text);
        }

        _values.Add(guess);
    }

    /// <summary>An entry of an optional column.</summary>
    public void AddOptional(int repetition, string? text)
    {
        if (text is null)
        {
            Levels.Add(repetition, Spec.Definition - 1);
            return;
        }

        Levels.Add(repetition, Spec.Definition);
        Add(text);
    }

    public override void Write(ColumnWriter writer) => Write((ColumnWriter<ByteArray>)writer, _values.Count, Slice);

    public override void Clear()
    {
        _arena.Clear();
        _indexes.Clear();
        _texts.Clear();
        _distinct.Clear();
        _values.Clear();
    }

    private int IndexOf(string text)
    {
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_indexes, text, out var known);
        if (!known)
        {
            index = _texts.Count;
            _texts.Add(text);
            UTF8.GetBytes(text, _arena.Reserve(UTF8.GetByteCount(text), out var location));
            _distinct.Add(location);
        }

        return index;
    }

    private ReadOnlySpan<ByteArray> Slice(int start, int count)
    {
        var values = CollectionsMarshal.AsSpan(_values).Slice(start, count);
        var distinct = CollectionsMarshal.AsSpan(_distinct);
        for (var i = 0; i < values.Length; i++)
        {
            _batch[i] = distinct[values[i]];
        }

        return _batch.AsSpan(0, count);
    }
}
