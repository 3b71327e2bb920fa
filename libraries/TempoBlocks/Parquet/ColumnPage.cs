using System.Buffers;

namespace TempoCos.TempoBlocks.Parquet;

/// <summary>
/// A data page, decoded as far as it is asked: one pair of levels per entry, and the values of the entries at the maximal definition
/// level, either directly or as indexes into the chunk's dictionary. What it decodes lies in rented arrays until <see cref="Release"/>.
/// </summary>
internal sealed class ColumnPage
{
    private readonly SchemaLeaf _leaf;
    private readonly PageHeader _header;
    private readonly ValueArray? _dictionary;
    private ArraySegment<byte> _body;
    private byte[]? _rented;
    private byte[]? _repetitions;
    private byte[]? _definitions;
    private int[]? _indexes;
    private ValueArray? _values;
    private readonly ReadOnlyMemory<byte> _repetitionBytes;
    private readonly ReadOnlyMemory<byte> _definitionBytes;
    private readonly ReadOnlyMemory<byte> _packed;
    private readonly PageCodec _codec;
    private bool _isUnpacked;
    private readonly bool _isJoined;

    private ColumnPage(SchemaLeaf leaf, PageCodec codec, PageHeader header, ReadOnlyMemory<byte> content, ValueArray? dictionary)
    {
        (_leaf, _header, _dictionary) = (leaf, header, dictionary);
        if (header.Kind == PageKind.DataV2)
        {
            var levels = header.RepetitionBytes + header.DefinitionBytes;
            _repetitionBytes = content[..header.RepetitionBytes];
            _definitionBytes = content[header.RepetitionBytes..levels];
            _packed = content[levels..];
            _codec = header.IsCompressed ? codec : PageCodec.Uncompressed;
            Count = leaf.MaxDefinition == 0 ? header.Values : header.Nulls >= 0 ? header.Values - header.Nulls : CountValues();
        }
        else
        {
            (_packed, _codec) = (content, codec);
            Unpack(header.UncompressedSize);
            _repetitionBytes = TakeLevels(leaf.MaxRepetition);
            _definitionBytes = TakeLevels(leaf.MaxDefinition);
            Count = CountValues();
        }
    }

    private ColumnPage(SchemaLeaf leaf, IReadOnlyList<ColumnPage> pages)
    {
        (_leaf, Count, _isUnpacked, _isJoined) = (leaf, pages.Sum(p => p.Count), true, true);
        _header = new PageHeader { Values = pages.Sum(p => p.Entries), Kind = PageKind.DataV2, Encoding = PageEncoding.Plain };
        _repetitions = leaf.MaxRepetition == 0 ? null : [.. pages.SelectMany(p => p.Repetitions.ToArray())];
        _definitions = leaf.MaxDefinition == 0 ? null : [.. pages.SelectMany(p => p.Definitions.ToArray())];
        _values = ValueArray.Join(leaf.Type, [.. pages.SelectMany(p => Enumerable.Range(0, p.Count).Select(i => (p.Values, p.IndexOf(i))))]);
    }

    /// <summary>Entries, with or without a value.</summary>
    public int Entries => _header.Values;

    /// <summary>Entries with a value.</summary>
    public int Count { get; }

    /// <summary>One per entry; empty when the column does not repeat.</summary>
    public ReadOnlySpan<byte> Repetitions => RepetitionArray is { } levels ? levels.AsSpan(0, Entries) : default;

    /// <summary>One per entry; empty when all have values.</summary>
    public ReadOnlySpan<byte> Definitions => DefinitionArray is { } levels ? levels.AsSpan(0, Entries) : default;

    /// <summary>The array of <see cref="Repetitions"/>, which may be longer.</summary>
    public byte[]? RepetitionArray => _leaf.MaxRepetition == 0 ? null : _repetitions ??= Levels(_repetitionBytes, _leaf.MaxRepetition);

    /// <summary>The array of <see cref="Definitions"/>, which may be longer.</summary>
    public byte[]? DefinitionArray => _leaf.MaxDefinition == 0 ? null : DecodeDefinitions();

    /// <summary>Whether the values are indexes into the dictionary.</summary>
    public bool IsIndexed => _header.IsIndexed;

    /// <summary>Indexes into <see cref="Values"/>, all within them; only when <see cref="IsIndexed"/>.</summary>
    public ReadOnlySpan<int> Indexes => DecodeIndexes().AsSpan(0, Count);

    /// <summary>The page's values, or the dictionary's.</summary>
    public ValueArray Values => _values ??= IsIndexed ? Dictionary : DecodeValues();

    private ValueArray Dictionary => _dictionary ?? throw new InvalidDataException("a page needs a dictionary that is not there");

    /// <summary>Opens a page whose header has been read; <paramref name="content"/> is what follows the header.</summary>
    public static ColumnPage Open(SchemaLeaf leaf, PageCodec codec, PageHeader header, ReadOnlyMemory<byte> content, ValueArray? dictionary) =>
        header.Kind is PageKind.Data or PageKind.DataV2
            ? new ColumnPage(leaf, codec, header, content, dictionary)
            : throw new InvalidDataException($"column {leaf.Path} has a page of kind {(int)header.Kind} where data should be");

    /// <summary>Pages that follow one another as one, which takes them over.</summary>
    public static ColumnPage Join(SchemaLeaf leaf, IReadOnlyList<ColumnPage> pages)
    {
        if (pages.Count == 1)
        {
            return pages[0];
        }

        var joined = new ColumnPage(leaf, pages);
        foreach (var page in pages)
        {
            page.Release();
        }

        return joined;
    }

    /// <summary>The index in <see cref="Values"/> of the value number <paramref name="ordinal"/> of the page.</summary>
    public int IndexOf(int ordinal) => IsIndexed ? Indexes[ordinal] : ordinal;

    /// <summary>Gives rented arrays back; the page is not to be used again.</summary>
    public void Release()
    {
        if (_isJoined)
        {
            return;
        }

        if (!IsIndexed)
        {
            _values?.Release();
        }

        Return(ref _repetitions);
        Return(ref _definitions);
        Return(ref _indexes);
        Return(ref _rented);
        _values = null;
    }

    private static void Return<T>(ref T[]? rented)
    {
        if (rented is not null)
        {
            ArrayPool<T>.Shared.Return(rented);
            rented = null;
        }
    }

    private ReadOnlyMemory<byte> TakeLevels(int max)
    {
        if (max == 0)
        {
            return default;
        }

        if (_body.Count < 4 || BitConverter.ToUInt32(_body) is var length && length > _body.Count - 4)
        {
            throw new InvalidDataException("a page's levels end too early");
        }

        var levels = _body.Slice(4, (int)length);
        _body = _body[(4 + (int)length)..];
        return levels;
    }

    private byte[] Levels(ReadOnlyMemory<byte> encoded, int max)
    {
        var levels = ArrayPool<byte>.Shared.Rent(Entries);
        HybridDecoder.DecodeLevels(encoded.Span, max, levels.AsSpan(0, Entries));
        return levels;
    }

    private int CountValues() =>
        _leaf.MaxDefinition == 0 ? Entries : (_definitions ??= Levels(_definitionBytes, _leaf.MaxDefinition)).AsSpan(0, Entries).Count((byte)_leaf.MaxDefinition);

    private byte[] DecodeDefinitions()
    {
        if (_definitions is null && CountValues() is var count && count != Count)
        {
            throw new InvalidDataException($"a page of column {_leaf.Path} has {count} values, its header says {Count}");
        }

        return _definitions!;
    }

    private ArraySegment<byte> Unpack(int size)
    {
        if (!_isUnpacked)
        {
            _body = Decompression.Unpack(_packed, _codec, size, out _rented);
            _isUnpacked = true;
        }

        return _body;
    }

    private ArraySegment<byte> Body() => Unpack(_header.UncompressedSize - _header.RepetitionBytes - _header.DefinitionBytes);

    private int[] DecodeIndexes() => _indexes ??= PageDecoder.Indexes(Body(), Count, Dictionary.Count);

    private ValueArray DecodeValues() => Count == 0 ? ValueArray.Empty : PageDecoder.Decode(_leaf.Type, _header.Encoding, Body(), Count);
}
