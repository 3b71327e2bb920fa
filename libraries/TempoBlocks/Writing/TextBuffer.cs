using ParquetSharp;
using static System.Text.Encoding;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>A column of texts that repeat: each distinct one is kept once.</summary>
internal sealed class TextBuffer(LeafSpec spec, LevelBuffer levels) : ColumnBuffer(spec, levels)
{
    private readonly ByteArena _arena = new();
    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private readonly List<ByteArray> _distinct = [];
    private readonly List<int> _values = [];
    private readonly ByteArray[] _batch = new ByteArray[BatchEntries];
    private string? _last;
    private int _lastIndex;

    // A distinct text is held as characters too, while its index is looked up.
    public override long Bytes => (4L * _values.Count) + (3 * _arena.Bytes) + (64L * _distinct.Count);

    public override long DistinctBytes => _arena.Bytes + (4L * _distinct.Count);

    public void Add(string text)
    {
        if (!ReferenceEquals(text, _last))
        {
            _last = text;
            if (!_indexes.TryGetValue(text, out _lastIndex))
            {
                _lastIndex = _distinct.Count;
                _indexes.Add(text, _lastIndex);
                UTF8.GetBytes(text, _arena.Reserve(UTF8.GetByteCount(text), out var location));
                _distinct.Add(location);
            }
        }

        _values.Add(_lastIndex);
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

    public override void Write(ColumnWriter writer) => Write((ColumnWriter<ByteArray>)writer, _values.Count, Slice);

    public override void Clear()
    {
        _arena.Clear();
        _indexes.Clear();
        _distinct.Clear();
        _values.Clear();
        _last = null;
    }

    private ReadOnlySpan<ByteArray> Slice(int start, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _batch[i] = _distinct[_values[start + i]];
        }

        return _batch.AsSpan(0, count);
    }
}
