using System.Globalization;
using ParquetSharp;
using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Tests;

/// <summary>A column's entries as text (repetition, definition, value): once by our own reader, once by ParquetSharp.</summary>
internal static class ColumnDump
{
    public static async Task<List<string>> ByOwnReaderAsync(ParquetFile file, int column)
    {
        var ct = TestContext.Current.CancellationToken;
        var entries = new List<string>();
        foreach (var group in file.Footer.RowGroups)
        {
            var scan = await RowGroupScan.OpenAsync(file, group, [file.Footer.Leaves[column]], 0, skipsEmpty: false, ct);
            while (await scan.LoadWindowAsync(ct) < group.Rows)
            {
            }

            var cursor = scan.Cursors[0];
            while (!cursor.AtEnd)
            {
                var levels = $"{cursor.Repetition}/{cursor.Definition} ";
                entries.Add(levels + (cursor.HasValue ? Value(cursor) : Skip(cursor)));
            }
        }

        return entries;
    }

    public static List<string> ByParquetSharp(string path, int column)
    {
        var entries = new List<string>();
        using var file = new ParquetFileReader(path);
        for (var g = 0; g < file.FileMetaData.NumRowGroups; g++)
        {
            using var group = file.RowGroup(g);
            using var reader = group.Column(column);
            entries.AddRange(reader.Apply(new Visitor()));
        }

        return entries;
    }

    private static string Value(ColumnCursor cursor) => cursor.Leaf.Type switch
    {
        Parquet.PhysicalType.Boolean => Text(cursor.ReadBoolean()),
        Parquet.PhysicalType.Int32 or Parquet.PhysicalType.Int64 => Text(cursor.ReadInteger()),
        Parquet.PhysicalType.Double => Text(cursor.ReadDouble()),
        _ => Convert.ToHexString(cursor.ReadBytes().Span),
    };

    private static string Skip(ColumnCursor cursor)
    {
        cursor.Skip();
        return "-";
    }

    private static string Text<T>(T value) => value switch
    {
        double d => BitConverter.DoubleToInt64Bits(d).ToString("x", CultureInfo.InvariantCulture),
        ByteArray b => Hex(b),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Hex(ByteArray value)
    {
        var bytes = new byte[value.Length];
        if (bytes.Length > 0)
        {
            System.Runtime.InteropServices.Marshal.Copy(value.Pointer, bytes, 0, bytes.Length);
        }

        return Convert.ToHexString(bytes);
    }

    private sealed class Visitor : IColumnReaderVisitor<List<string>>
    {
        public List<string> OnColumnReader<TValue>(ColumnReader<TValue> reader)
            where TValue : unmanaged
        {
            const int batch = 1000;
            var descriptor = reader.ColumnDescriptor;
            var (definitions, repetitions, values) = (new short[batch], new short[batch], new TValue[batch]);
            var entries = new List<string>();
            while (reader.HasNext)
            {
                var levels = (int)reader.ReadBatch(batch, definitions, repetitions, values, out _);
                for (int i = 0, v = 0; i < levels; i++)
                {
                    var hasValue = descriptor.MaxDefinitionLevel == 0 || definitions[i] == descriptor.MaxDefinitionLevel;
                    var (repetition, definition) = descriptor.MaxDefinitionLevel == 0 ? (0, 0) : (repetitions[i], definitions[i]);
                    entries.Add($"{repetition}/{definition} {(hasValue ? Text(values[v++]) : "-")}");
                }
            }

            return entries;
        }
    }
}
