namespace TempoCos.TempoBlocks.Parquet;

/// <summary>A row group's metadata: its rows and one chunk per column.</summary>
internal sealed record RowGroupInfo(int Ordinal, long FirstRow, long Rows, IReadOnlyList<ChunkInfo> Chunks)
{
    public static RowGroupInfo Read(ref ThriftReader reader, int ordinal, long firstRow)
    {
        var chunks = new List<ChunkInfo>();
        var rows = 0L;
        var outer = reader.BeginStruct();
        while (reader.NextField(out var id, out var type))
        {
            switch (id)
            {
                case 1:
                    var count = reader.BeginList(type, out _);
                    for (var i = 0; i < count; i++)
                    {
                        chunks.Add(ChunkInfo.Read(ref reader));
                    }

                    break;
                case 3: rows = reader.ReadInt64(type); break;
                default: reader.Skip(type); break;
            }
        }

        reader.EndStruct(outer);
        return new RowGroupInfo(ordinal, firstRow, rows, chunks);
    }
}
