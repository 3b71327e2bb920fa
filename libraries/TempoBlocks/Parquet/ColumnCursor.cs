using Google.Protobuf;

namespace TempoCos.TempoBlocks.Parquet;

/// <summary>
/// Walks a column's entries. <see cref="Repetition"/> and <see cref="Definition"/> are the levels of the entry that the next call
/// consumes; behind the last loaded page they are 0 and -1. Pages are decoded when the walk reaches them. Of rows that are known to have
/// no values the cursor shows a missing value, however often it is consumed, until <see cref="EndRow"/>.
/// </summary>
internal sealed class ColumnCursor(SchemaLeaf leaf, ChunkInfo chunk)
{
    private readonly Queue<(ReadOnlyMemory<byte> Content, int EmptyRows)> _pages = new();
    private readonly int _maxDefinition = leaf.MaxDefinition;
    private Lazy<ValueArray>? _dictionary;
    private ColumnPage? _page;
    private byte[]? _repetitions;
    private byte[]? _definitions;
    private int _entries;
    private int _entry;
    private int _value;
    private int _emptyRows;
    private bool _isInRowBefore;

    public SchemaLeaf Leaf => leaf;

    public int Repetition { get; private set; }

    public int Definition { get; private set; } = -1;

    /// <summary>Whether the entry has a value, as opposed to a missing or empty ancestor.</summary>
    public bool HasValue => Definition == _maxDefinition;

    public bool AtEnd => Definition < 0;

    /// <summary>Adds a data page with its header.</summary>
    public void AddPage(ReadOnlyMemory<byte> page)
    {
        _pages.Enqueue((page, 0));
        Settle();
    }

    /// <summary>Adds rows without values.</summary>
    public void AddEmptyRows(int rows)
    {
        _pages.Enqueue((default, rows));
        Settle();
    }

    /// <summary>The chunk's dictionary; it has to come before the first page.</summary>
    public void SetDictionary(Lazy<ValueArray> dictionary) => _dictionary = dictionary;

    /// <summary>Adds all pages of a chunk that has no offset index; these may split rows.</summary>
    public void AddChunk(ReadOnlyMemory<byte> content)
    {
        while (!content.IsEmpty)
        {
            var header = PageHeader.Parse(content.Span, chunk);
            var page = content[..header.TotalLength];
            if (header.Kind == PageKind.Dictionary)
            {
                SetDictionary(new Lazy<ValueArray>(() => PageDecoder.DecodeDictionary(leaf, chunk, page)));
            }
            else if (header.Kind is PageKind.Data or PageKind.DataV2)
            {
                _pages.Enqueue((page, 0));
            }

            content = content[page.Length..];
        }

        Settle();
    }

    /// <summary>Consumes an entry without looking at it.</summary>
    public void Skip()
    {
        if (AtEnd)
        {
            throw Ended();
        }

        if (_emptyRows == 0)
        {
            Advance();
        }
    }

    /// <summary>Skips whole rows; the cursor must stand at a row's start.</summary>
    public void SkipRows(int rows)
    {
        while (rows > 0)
        {
            if (AtEnd)
            {
                throw Ended();
            }

            if (_emptyRows > 0)
            {
                var skipped = Math.Min(rows, _emptyRows);
                rows -= skipped;
                LeaveEmptyRows(skipped);
                continue;
            }

            int end;
            if (_repetitions is null)
            {
                end = _entry + Math.Min(rows, _entries - _entry);
                rows -= end - _entry;
            }
            else
            {
                end = RowStarts.Skip(_repetitions.AsSpan(0, _entries), _entry, ref rows);
            }

            _value += _definitions is null ? end - _entry : _definitions.AsSpan(_entry, end - _entry).Count((byte)_maxDefinition);
            _entry = end;
            Settle();

            // The last row goes on in the next page when the chunk has no offset index.
            while (!AtEnd && Repetition != 0)
            {
                Advance();
            }
        }

        _isInRowBefore = false;
    }

    public long ReadInteger()
    {
        var value = Page.Values.Integer(Index());
        Advance();
        return value;
    }

    public double ReadDouble()
    {
        var value = Page.Values.Double(Index());
        Advance();
        return value;
    }

    public bool ReadBoolean()
    {
        var value = Page.Values.Boolean(Index());
        Advance();
        return value;
    }

    public string ReadText()
    {
        var value = Page.Values.Text(Index(), Page.IsIndexed);
        Advance();
        return value;
    }

    public ByteString ReadBytes()
    {
        var value = ByteString.CopyFrom(Page.Values.Bytes(Index()));
        Advance();
        return value;
    }

    public TraceId16 ReadTraceId()
    {
        var bytes = Page.Values.Bytes(Index());
        if (bytes.Length > 16)
        {
            throw new InvalidDataException($"a trace id of {bytes.Length} bytes");
        }

        var id = TraceId16.FromBytes(bytes);
        Advance();
        return id;
    }

    /// <summary>The text of an optional entry, null when it is absent.</summary>
    public string? ReadOptionalText()
    {
        if (HasValue)
        {
            return ReadText();
        }

        Skip();
        return null;
    }

    /// <summary>Goes on to the next row. Fails when the row has entries left: then the columns' levels contradict each other.</summary>
    public void EndRow()
    {
        if (Repetition != 0)
        {
            throw new InvalidDataException($"column {leaf.Path} has more entries in a row than its neighbours");
        }

        if (_emptyRows > 0 && !_isInRowBefore)
        {
            LeaveEmptyRows(1);
        }

        _isInRowBefore = false;
    }

    private void LeaveEmptyRows(int rows)
    {
        _emptyRows -= rows;
        if (_emptyRows == 0)
        {
            Settle();
        }
    }

    private int Index()
    {
        if (Definition != _maxDefinition)
        {
            throw AtEnd ? Ended() : new InvalidDataException($"column {leaf.Path} lacks a value that its row needs");
        }

        return Page.IndexOf(_value);
    }

    private void Advance()
    {
        if (Definition == _maxDefinition)
        {
            _value++;
        }

        _entry++;
        if (_entry < _entries)
        {
            ReadLevels();
        }
        else
        {
            Settle();
            _isInRowBefore = _emptyRows > 0;
        }
    }

    private void Settle()
    {
        while (_entry >= _entries)
        {
            if (_emptyRows > 0)
            {
                (Repetition, Definition) = (0, 0);
                return;
            }

            if (!_pages.TryDequeue(out var page))
            {
                (Repetition, Definition) = (0, -1);
                return;
            }

            if (page.EmptyRows > 0)
            {
                _emptyRows = page.EmptyRows;
            }
            else
            {
                Load(page.Content);
            }
        }

        ReadLevels();
    }

    private void ReadLevels()
    {
        Repetition = _repetitions is null ? 0 : _repetitions[_entry];
        Definition = _definitions is null ? 0 : _definitions[_entry];
    }

    private void Load(ReadOnlyMemory<byte> raw)
    {
        var header = PageHeader.Parse(raw.Span, chunk);
        _page?.Release();
        _page = null;
        _page = ColumnPage.Open(leaf, chunk.Codec, header, raw.Slice(header.HeaderLength, header.CompressedSize), header.IsIndexed ? _dictionary?.Value : null);
        (_repetitions, _definitions) = (_page.RepetitionArray, _page.DefinitionArray);
        (_entries, _entry, _value) = (_page.Entries, 0, 0);
    }

    /// <summary>Ends the cursor's use.</summary>
    public void Release()
    {
        _page?.Release();
        _page = null;
        _pages.Clear();
        (_entries, _entry, _emptyRows, Repetition, Definition) = (0, 0, 0, 0, -1);
    }

    private ColumnPage Page => _page ?? throw Ended();

    private InvalidDataException Ended() => new($"column {leaf.Path} ends too early");
}
