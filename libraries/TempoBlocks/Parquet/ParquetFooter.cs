using System.Text;

namespace TempoCos.TempoBlocks.Parquet;

/// <summary>A file's footer: columns and row groups, checked against the file's size.</summary>
internal sealed record ParquetFooter(IReadOnlyList<SchemaLeaf> Leaves, IReadOnlyList<RowGroupInfo> RowGroups, long Rows, string CreatedBy)
{
    private const long MinEntries = 1 << 20;
    private const long EntriesPerByte = 8;

    /// <summary>Reads the footer's thrift struct.</summary>
    /// <param name="bytes">The struct alone, without its length and the magic.</param>
    /// <param name="dataEnd">The offset of the struct in the file: all chunks and indexes lie before it.</param>
    public static ParquetFooter Parse(ReadOnlySpan<byte> bytes, long dataEnd)
    {
        var reader = new ThriftReader(bytes);
        var elements = new List<SchemaElement>();
        var groups = new List<RowGroupInfo>();
        var (rows, createdBy) = (0L, "");
        var outer = reader.BeginStruct();
        while (reader.NextField(out var id, out var type))
        {
            switch (id)
            {
                case 2:
                    var count = reader.BeginList(type, out _);
                    for (var i = 0; i < count; i++)
                    {
                        elements.Add(SchemaElement.Read(ref reader));
                    }

                    break;
                case 3: rows = reader.ReadInt64(type); break;
                case 4:
                    count = reader.BeginList(type, out _);
                    for (var i = 0; i < count; i++)
                    {
                        var first = groups.Count == 0 ? 0 : groups[^1].FirstRow + groups[^1].Rows;
                        groups.Add(RowGroupInfo.Read(ref reader, i, first));
                    }

                    break;
                case 6: createdBy = Encoding.UTF8.GetString(reader.ReadBinary(type)); break;
                default: reader.Skip(type); break;
            }
        }

        reader.EndStruct(outer);
        var footer = new ParquetFooter(SchemaElement.Leaves(elements), groups, rows, createdBy);
        footer.Check(dataEnd);
        return footer;
    }

    private void Check(long dataEnd)
    {
        foreach (var group in RowGroups)
        {
            if (group.Chunks.Count != Leaves.Count)
            {
                throw new InvalidDataException($"row group {group.Ordinal} has {group.Chunks.Count} columns, the schema {Leaves.Count}");
            }

            if (group.Rows is < 0 or > int.MaxValue)
            {
                throw new InvalidDataException($"row group {group.Ordinal} claims {group.Rows} rows");
            }

            for (var i = 0; i < group.Chunks.Count; i++)
            {
                var chunk = group.Chunks[i];
                if (!Inside(chunk.Start, chunk.CompressedSize, dataEnd)
                    || !Inside(chunk.OffsetIndexOffset, chunk.OffsetIndexLength, dataEnd)
                    || !Inside(chunk.ColumnIndexOffset, chunk.ColumnIndexLength, dataEnd)
                    || chunk.DataPageOffset < chunk.Start)
                {
                    throw new InvalidDataException($"the chunk of column {Leaves[i].Path} in row group {group.Ordinal} lies outside of the file");
                }

                // Missing values cost nothing, but what they belong to does: so many entries cannot be true, and would cost memory.
                if (chunk.Values < 0 || chunk.Values > MinEntries + (EntriesPerByte * dataEnd))
                {
                    throw new InvalidDataException($"the chunk of column {Leaves[i].Path} in row group {group.Ordinal} claims {chunk.Values} values");
                }
            }
        }

        if (RowGroups.Sum(g => g.Rows) != Rows)
        {
            throw new InvalidDataException($"the row groups have {RowGroups.Sum(g => g.Rows)} rows, the footer says {Rows}");
        }
    }

    private static bool Inside(long offset, long length, long end) => offset >= 0 && length >= 0 && length <= end && offset <= end - length;
}
