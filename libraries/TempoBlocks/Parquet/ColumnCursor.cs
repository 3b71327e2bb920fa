using Google.Protobuf;

namespace TempoCos.TempoBlocks.Parquet;

/// <summary>
/// Walks a column's entries. <see cref="Repetition"/> and <see cref="Definition"/> are the levels of the entry that the next call
/// consumes; behind the last loaded page they are 0 and -1. Pages are decoded when the walk reaches them.
/// </summary>
internal sealed class ColumnCursor(SchemaLeaf leaf, ChunkInfo chunk)
{
    private readonly Queue<ReadOnlyMemory<byte>> _pages = new();
    private readonly int _maxDefinition = leaf.MaxDefinition;
    private Lazy<ValueArray>? _dictionary;
    private ColumnPage? _page;
    private byte[]? _repetitions;
    private byte[]? _definitions;
    private int _entries;
    private int _entry;
    private int _value;

    public SchemaLeaf Leaf => leaf;

    public int Repetition { get; private set; }

    public int Definition { get; private set; } = -1;

    /// <summary>Whether the entry has a value, as opposed to a missing or empty ancestor.</summary>
    public bool HasValue => Definition == _maxDefinition;

    public bool AtEnd => Definition < 0;

    /// <summary>Adds a data page with its header.</summary>
    public void AddPage(ReadOnlyMemory<byte> page)
    {
        _pages.Enqueue(page);
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
                _pages.Enqueue(page);
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

        Advance();
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
    }

    public long ReadInteger()
    {
        var value = _page!.Values.Integer(Index());
        Advance();
        return value;
    }

    public double ReadDouble()
    {
        var value = _page!.Values.Double(Index());
        Advance();
        return value;
    }

    public bool ReadBoolean()
    {
        var value = _page!.Values.Boolean(Index());
        Advance();
        return value;
    }

    public string ReadText()
    {
        var value = _page!.Values.Text(Index(), _page.IsIndexed);
        Advance();
        return value;
    }

    public ByteString ReadBytes()
    {
        var value = ByteString.CopyFrom(_page!.Values.Bytes(Index()));
        Advance();
        return value;
    }

    public TraceId16 ReadTraceId()
    {
        var bytes = _page!.Values.Bytes(Index());
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

    /// <summary>Fails when the row has entries left: then the columns' levels contradict each other.</summary>
    public void ExpectRowEnd()
    {
        if (Repetition != 0)
        {
            throw new InvalidDataException($"column {leaf.Path} has more entries in a row than its neighbours");
        }
    }

    private int Index()
    {
        if (Definition != _maxDefinition)
        {
            throw AtEnd ? Ended() : new InvalidDataException($"column {leaf.Path} lacks a value that its row needs");
        }

        return _page!.IndexOf(_value);
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
        }
    }

    private void Settle()
    {
        while (_entry >= _entries)
        {
            if (!_pages.TryDequeue(out var raw))
            {
                (Repetition, Definition) = (0, -1);
                return;
            }

            Load(raw);
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
        (_entries, _entry, Repetition, Definition) = (0, 0, 0, -1);
    }

    private InvalidDataException Ended() => new($"column {leaf.Path} ends too early");
}
