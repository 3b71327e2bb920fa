namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>A bucket's keys in order, in runs of bounded length, so that insertion and a page's start cost the logarithm. Its owner serialises access.</summary>
public sealed class ObjectIndex
{
    private const int LongestRun = 512;
    private readonly List<List<IndexEntry>> _runs = [[]];

    /// <summary>Keys, those whose newest version is a delete marker included.</summary>
    public int Count { get; private set; }

    /// <summary>Objects: keys whose newest version is no delete marker.</summary>
    public int Objects { get; private set; }

    /// <summary>Bytes of the objects.</summary>
    public long Bytes { get; private set; }

    /// <summary>Of all versions.</summary>
    public VersionTotals Totals { get; private set; }

    public IndexEntry? Find(string key)
    {
        var (run, position) = Locate(key);
        return position >= 0 ? _runs[run][position] : null;
    }

    public void Set(IndexEntry entry)
    {
        var (run, position) = Locate(entry.Key);
        var entries = _runs[run];
        Account(entry, 1);
        if (position >= 0)
        {
            Account(entries[position], -1);
            entries[position] = entry;
            return;
        }

        entries.Insert(~position, entry);
        Count++;
        if (entries.Count > LongestRun)
        {
            // Keys that come in order leave full runs behind, not halves.
            var keep = ~position == entries.Count - 1 ? entries.Count - 1 : entries.Count / 2;
            _runs.Insert(run + 1, [.. entries[keep..]]);
            entries.RemoveRange(keep, entries.Count - keep);
        }
    }

    public void Remove(string key)
    {
        var (run, position) = Locate(key);
        if (position < 0)
        {
            return;
        }

        Account(_runs[run][position], -1);
        _runs[run].RemoveAt(position);
        Count--;
        if (_runs[run].Count == 0 && _runs.Count > 1)
        {
            _runs.RemoveAt(run);
        }
    }

    /// <summary>A cursor on the first key at or after <paramref name="key"/>, or after it.</summary>
    public Cursor Seek(string key, bool inclusive)
    {
        var cursor = new Cursor(this);
        cursor.Seek(key, inclusive);
        return cursor;
    }

    private void Account(IndexEntry entry, int sign)
    {
        Totals = sign > 0 ? Totals.Plus(entry.Totals) : Totals.Minus(entry.Totals);
        if (!entry.IsDeleteMarker)
        {
            Objects += sign;
            Bytes += sign * entry.Size;
        }
    }

    private (int Run, int Position) Locate(string key)
    {
        var low = 0;
        var high = _runs.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (KeyOrder.Compare(_runs[middle][0].Key, key) <= 0)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        var entries = _runs[low];
        var from = 0;
        var to = entries.Count - 1;
        while (from <= to)
        {
            var middle = (from + to) / 2;
            var order = KeyOrder.Compare(entries[middle].Key, key);
            if (order == 0)
            {
                return (low, middle);
            }

            if (order < 0)
            {
                from = middle + 1;
            }
            else
            {
                to = middle - 1;
            }
        }

        return (low, ~from);
    }

    /// <summary>A place in the order.</summary>
    public struct Cursor(ObjectIndex index)
    {
        private int _run;
        private int _position;

        /// <summary>Null behind the last key.</summary>
        public readonly IndexEntry? Current => _run < index._runs.Count && _position < index._runs[_run].Count ? index._runs[_run][_position] : null;

        public void Next()
        {
            _position++;
            SkipEnds();
        }

        public void Seek(string key, bool inclusive)
        {
            var (run, position) = index.Locate(key);
            _run = run;
            _position = position >= 0 ? (inclusive ? position : position + 1) : ~position;
            SkipEnds();
        }

        private void SkipEnds()
        {
            while (_run < index._runs.Count && _position >= index._runs[_run].Count)
            {
                _run++;
                _position = 0;
            }
        }
    }
}
