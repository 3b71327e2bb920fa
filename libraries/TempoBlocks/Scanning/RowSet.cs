using System.Numerics;

namespace TempoCos.TempoBlocks.Scanning;

/// <summary>Some of a row group's rows.</summary>
internal sealed class RowSet(int rows)
{
    private readonly ulong[] _words = new ulong[(rows + 63) / 64];

    public int Rows => rows;

    public bool IsEmpty => _words.AsSpan().IndexOfAnyExcept(0UL) < 0;

    public int Count => _words.Sum(BitOperations.PopCount);

    public void Add(int row) => _words[row >> 6] |= 1UL << row;

    public void AddRange(int from, int until)
    {
        for (var row = from; row < until;)
        {
            if ((row & 63) == 0 && row + 64 <= until)
            {
                _words[row >> 6] = ulong.MaxValue;
                row += 64;
            }
            else
            {
                Add(row++);
            }
        }
    }

    public void Add(RowSet other)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            _words[i] |= other._words[i];
        }
    }

    public void KeepOnly(RowSet other)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            _words[i] &= other._words[i];
        }
    }

    public void Remove(RowSet other)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            _words[i] &= ~other._words[i];
        }
    }

    public RowSet Copy()
    {
        var copy = new RowSet(rows);
        copy.Add(this);
        return copy;
    }

    public bool Intersects(int from, int until) => Next(from) is >= 0 and var next && next < until;

    /// <summary>The first row of the set that is not before <paramref name="from"/>; -1 when there is none.</summary>
    public int Next(int from)
    {
        if (from >= rows)
        {
            return -1;
        }

        var word = from >> 6;
        var bits = _words[word] & (ulong.MaxValue << from);
        while (bits == 0)
        {
            if (++word == _words.Length)
            {
                return -1;
            }

            bits = _words[word];
        }

        return (word << 6) + BitOperations.TrailingZeroCount(bits);
    }
}
