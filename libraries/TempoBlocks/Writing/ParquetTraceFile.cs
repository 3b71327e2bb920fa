using ParquetSharp;
using ParquetSharp.IO;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>
/// Writes row groups to a parquet file through ParquetSharp, with the settings under which Tempo reads its files without loss.
/// </summary>
internal sealed class ParquetTraceFile : IDisposable
{
    private const string Creator = "tempocos";

    // Over this size a dictionary costs more than it saves, and a lookup of one trace would have to read all of it.
    private const long MaxDictionary = 1 << 20;
    private readonly OutputStream _output;
    private readonly WriterProperties _properties;
    private readonly ParquetFileWriter _writer;

    /// <summary>Properties are fixed per file, so that the first row group's columns decide on dictionaries.</summary>
    public ParquetTraceFile(Stream target, ColumnBuffers first, int pageBytes)
    {
        using var builder = new WriterPropertiesBuilder();
        using var schema = TraceSchema.CreateNode();
        _properties = Properties(builder, first, pageBytes);
        _output = new ManagedOutputStream(target, leaveOpen: true);
        _writer = new ParquetFileWriter(_output, schema, _properties);
    }

    public void WriteRowGroup(ColumnBuffers columns)
    {
        using var group = _writer.AppendRowGroup();
        foreach (var column in columns.All)
        {
            using var writer = group.NextColumn();
            column.Write(writer);
        }

        group.Close();
    }

    public void Close() => _writer.Close();

    public void Dispose()
    {
        _writer.Dispose();
        _properties.Dispose();
        _output.Dispose();
    }

    private static WriterProperties Properties(WriterPropertiesBuilder builder, ColumnBuffers columns, int pageBytes)
    {
        // Arrow falls back to PLAIN in the middle of a chunk whose dictionary passes its limit; Tempo then loses the values
        // behind that point. Hence no limit that can be reached.
        builder.Version(ParquetVersion.PARQUET_2_6).DataPageVersion(ParquetDataPageVersion.V2).EnableWritePageIndex()
            .Compression(Compression.Snappy).DataPagesize(pageBytes).DictionaryPagesizeLimit(int.MaxValue)
            .SetSizeStatisticsLevel(SizeStatisticsLevel.None).MaxRowGroupLength(int.MaxValue).CreatedBy(Creator);
        foreach (var column in columns.All)
        {
            var spec = column.Spec;
            if (!spec.IsCompressed)
            {
                builder.Compression(spec.Path, Compression.Uncompressed);
            }

            switch (spec.Encoding)
            {
                case LeafEncoding.AlwaysDictionary:
                case LeafEncoding.Dictionary when column.DistinctBytes <= MaxDictionary:
                    break;
                case LeafEncoding.DeltaLength or LeafEncoding.Dictionary:
                    builder.DisableDictionary(spec.Path).Encoding(spec.Path, Encoding.DeltaLengthByteArray);
                    break;
                case LeafEncoding.Delta:
                    builder.DisableDictionary(spec.Path).Encoding(spec.Path, Encoding.DeltaBinaryPacked);
                    break;
                default:
                    // Left to itself Arrow writes booleans with RLE, which Tempo misreads.
                    builder.DisableDictionary(spec.Path).Encoding(spec.Path, Encoding.Plain);
                    break;
            }
        }

        return builder.Build();
    }
}
