namespace TempoCos.TempoBlocks.Parquet;

/// <summary>
/// A column of a row group, read by pages in any order: pages are loaded from outside, decoded when asked for, and dropped when the rows
/// have been passed. Without an offset index the whole chunk counts as one page.
/// </summary>
internal sealed class ColumnPages
{
    private readonly RowGroupInfo _group;
    private readonly PageLocation[]? _locations;
    private readonly ReadOnlyMemory<byte>[] _raw;
    private readonly ColumnPage?[] _pages;
    private readonly (byte[] Min, byte[] Max)?[]? _bounds;
    private int _released;
    private int _current = -1;
    private int _row;
    private int _entry;
    private int _ordinal;
    private RowEntries _entries;

    public ColumnPages(SchemaLeaf leaf, RowGroupInfo group, PageLocation[]? locations, (byte[] Min, byte[] Max)?[]? bounds)
    {
        (Leaf, Chunk, _group, _locations) = (leaf, group.Chunks[leaf.Index], group, locations);
        Count = locations?.Length ?? 1;
        _bounds = bounds is null || locations is null ? null : bounds.Length == locations.Length ? bounds : throw new InvalidDataException($"the indexes of column {leaf.Path} disagree about its pages");
        (_raw, _pages) = (new ReadOnlyMemory<byte>[Count], new ColumnPage?[Count]);
    }

    public SchemaLeaf Leaf { get; }

    public ChunkInfo Chunk { get; }

    /// <summary>Pages of the chunk.</summary>
    public int Count { get; }

    /// <summary>The chunk's dictionary, once it has been loaded.</summary>
    public ValueArray? Dictionary { get; private set; }

    /// <summary>Whether there is a dictionary that has not been loaded.</summary>
    public bool LacksDictionary => Dictionary is null && DictionaryRange.Length > 0;

    /// <summary>Where the dictionary lies; no bytes when there is none.</summary>
    public ByteRange DictionaryRange
    {
        get
        {
            var end = _locations is { Length: > 0 } pages ? pages[0].Offset : Chunk.DictionaryPageOffset > 0 ? Chunk.DataPageOffset : Chunk.Start;
            return new ByteRange(Chunk.Start, checked((int)(end - Chunk.Start)));
        }
    }

    public void SetDictionary(ReadOnlyMemory<byte> page) => Dictionary = PageDecoder.DecodeDictionary(Leaf, Chunk, page);

    /// <summary>The page's first row.</summary>
    public int FirstRow(int page) => _locations?[page].FirstRow ?? 0;

    /// <summary>The row behind the page's last one.</summary>
    public int UntilRow(int page) => page + 1 < Count ? FirstRow(page + 1) : (int)_group.Rows;

    /// <summary>The page that holds a row.</summary>
    public int PageOf(int row)
    {
        var (low, high) = (0, Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = FirstRow(middle) <= row ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    public bool IsLoaded(int page) => !_raw[page].IsEmpty || _pages[page] is not null;

    /// <summary>Where a page lies.</summary>
    public ByteRange Range(int page) => _locations is null
        ? new ByteRange(Chunk.Start, checked((int)Chunk.CompressedSize))
        : new ByteRange(_locations[page].Offset, _locations[page].Length);

    public void SetPage(int page, ReadOnlyMemory<byte> raw) => _raw[page] = raw;

    /// <summary>False when the page has no values; its least and greatest value when the file tells them.</summary>
    public bool TryBounds(int page, out (byte[] Min, byte[] Max)? bounds)
    {
        bounds = _bounds?[page];
        return _bounds is null || bounds is not null;
    }

    /// <summary>A page that has been loaded.</summary>
    public ColumnPage Page(int page) => _pages[page] ??= Decode(_raw[page]);

    /// <summary>The entries of a row whose page has been loaded. Rows are cheapest in ascending order.</summary>
    public RowEntries Seek(int row)
    {
        if (_current >= 0 && _row == row)
        {
            return _entries;
        }

        if (_current < 0 || row < _row || row >= UntilRow(_current))
        {
            _current = PageOf(row);
            (_row, _entry, _ordinal) = (FirstRow(_current), 0, 0);
        }

        var page = Page(_current);
        var repetitions = page.Repetitions;
        var definitions = page.Definitions;
        if (_row < row)
        {
            var skip = row - _row;
            var to = Leaf.MaxRepetition == 0 ? _entry + skip : RowStarts.Skip(repetitions, _entry, ref skip);
            _ordinal += definitions.IsEmpty ? to - _entry : definitions[_entry..Math.Min(to, page.Entries)].Count((byte)Leaf.MaxDefinition);
            (_entry, _row) = (to, row);
        }

        if (_entry >= page.Entries)
        {
            throw new InvalidDataException($"column {Leaf.Path} ends before row {row}");
        }

        var length = Leaf.MaxRepetition == 0 ? 1 : repetitions[(_entry + 1)..].IndexOf((byte)0) + 1;
        return _entries = new RowEntries(page, _entry, length == 0 ? page.Entries : _entry + length, _ordinal);
    }

    /// <summary>Drops what belongs to rows before <paramref name="row"/>.</summary>
    public void Release(int row)
    {
        for (; _released < Count && UntilRow(_released) <= row; _released++)
        {
            Drop(_released);
        }
    }

    /// <summary>Drops a page; it can be loaded again.</summary>
    public void Drop(int page)
    {
        if (_current == page)
        {
            _current = -1;
        }

        _pages[page]?.Release();
        (_pages[page], _raw[page]) = (null, default);
    }

    private ColumnPage Decode(ReadOnlyMemory<byte> raw)
    {
        if (_locations is null)
        {
            return DecodeChunk(raw);
        }

        var header = PageHeader.Parse(raw.Span, Chunk);
        return ColumnPage.Open(Leaf, Chunk.Codec, header, raw.Slice(header.HeaderLength, header.CompressedSize), Dictionary);
    }

    private ColumnPage DecodeChunk(ReadOnlyMemory<byte> chunk)
    {
        var pages = new List<ColumnPage>();
        while (!chunk.IsEmpty)
        {
            var header = PageHeader.Parse(chunk.Span, Chunk);
            if (header.Kind == PageKind.Dictionary)
            {
                Dictionary ??= PageDecoder.DecodeDictionary(Leaf, Chunk, chunk[..header.TotalLength]);
            }
            else if (header.Kind is PageKind.Data or PageKind.DataV2)
            {
                pages.Add(ColumnPage.Open(Leaf, Chunk.Codec, header, chunk.Slice(header.HeaderLength, header.CompressedSize), Dictionary));
            }

            chunk = chunk[header.TotalLength..];
        }

        return ColumnPage.Join(Leaf, pages);
    }
}
