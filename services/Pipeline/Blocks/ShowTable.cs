using System.Globalization;
using TempoCos.Pipeline.Blocks.Documents;
using TempoCos.TempoBlocks.Checking;

namespace TempoCos.Pipeline.Blocks;

/// <summary>A block for people.</summary>
internal static class ShowTable
{
    public static void Write(TextWriter writer, ShowDocument show, int rows)
    {
        WriteHead(writer, show);
        writer.WriteLine();
        WriteRowGroups(writer, show.RowGroups, rows);
        writer.WriteLine();
        WriteColumns(writer, show.Columns, rows);
        if (show.Attributes is { } attributes)
        {
            writer.WriteLine();
            WriteAttributes(writer, attributes, rows);
        }

        writer.WriteLine();
        WriteBlooms(writer, show);
    }

    private static void WriteHead(TextWriter writer, ShowDocument show)
    {
        var block = show.Block;
        var table = new TextTable("block", $"{block.Id:d}");
        table.Add("tenant", block.Tenant);
        table.Add("state", block.State.ToString().ToLowerInvariant() + (block.CompactedTime is { } time ? $" since {Quantity.Time(time)}" : ""));
        table.Add("format", $"{block.Format}, written by {show.CreatedBy}");
        table.Add("level", $"{block.Level}{(block.ReplicationFactor > 0 ? $", replication factor {block.ReplicationFactor}" : "")}");
        table.Add("time", $"{Quantity.Time(block.Start ?? default)} to {Quantity.Time(block.End ?? default)}");
        table.Add("traces", $"{block.Traces}");
        table.Add("spans", block.Spans is { } spans ? $"{spans}" : "-");
        table.Add("data", $"{Quantity.Bytes(block.DataBytes ?? 0)} ({block.DataBytes} bytes, footer {show.FooterBytes})");
        table.Add("objects", string.Join(", ", show.Objects.Select(o => $"{o.Key[(o.Key.LastIndexOf('/') + 1)..]} {Quantity.Bytes(o.Size)}")));
        table.Add("own columns", block.DedicatedColumns.Count == 0 ? "-" : string.Join(", ", block.DedicatedColumns.Select(c => $"{c.Scope}.{c.Name}{(c.Type == "string" ? "" : $" ({c.Type})")}")));
        foreach (var problem in block.Problems)
        {
            table.Add("problem", problem);
        }

        table.Write(writer);
    }

    private static void WriteRowGroups(TextWriter writer, IReadOnlyList<RowGroupSummary> groups, int rows)
    {
        var table = new TextTable("ROW GROUP", "TRACES", "SIZE").Right(0, 1, 2);
        foreach (var group in groups.Take(rows))
        {
            table.Add($"{group.Ordinal}", $"{group.Traces}", Quantity.Bytes(group.Bytes));
        }

        table.Write(writer);
        WriteRest(writer, groups.Count, rows, "row groups");
    }

    private static void WriteColumns(TextWriter writer, IReadOnlyList<ColumnSummary> columns, int rows)
    {
        var all = Math.Max(1, columns.Sum(c => c.Bytes));
        var table = new TextTable("SIZE", "SHARE", "DICTIONARY", "VALUES", "CODEC", "COLUMN").Right(0, 1, 2, 3);
        foreach (var column in columns.Take(rows))
        {
            table.Add(Quantity.Bytes(column.Bytes), Share(column.Bytes, all), column.DictionaryBytes == 0 ? "-" : Quantity.Bytes(column.DictionaryBytes), $"{column.Values}", column.Codec, column.Path);
        }

        table.Write(writer);
        WriteRest(writer, columns.Count, rows, "columns");
    }

    private static void WriteAttributes(TextWriter writer, IReadOnlyList<AttributeSummary> attributes, int rows)
    {
        var all = Math.Max(1, attributes.Sum(a => a.Bytes));
        var table = new TextTable("VALUES", "SHARE", "COUNT", "COLUMN", "ATTRIBUTE").Right(0, 1, 2);
        foreach (var attribute in attributes.Take(rows))
        {
            table.Add(Quantity.Bytes(attribute.Bytes), Share(attribute.Bytes, all), $"{attribute.Count}", attribute.HasColumn ? "own" : "generic", $"{attribute.Scope}.{attribute.Key}");
        }

        table.Write(writer);
        WriteRest(writer, attributes.Count, rows, "attributes");
    }

    private static void WriteBlooms(TextWriter writer, ShowDocument show)
    {
        var table = new TextTable("BLOOM", "SIZE", "HASHES", "BITS SET", "FALSE POSITIVES").Right(0, 1, 2, 3, 4);
        foreach (var bloom in show.Blooms)
        {
            table.Add($"{bloom.Shard}", Quantity.Bytes(bloom.Bytes), $"{bloom.Hashes}", Percent(bloom.Fill), Percent(bloom.FalsePositives));
        }

        table.Write(writer);
        if (show.Blooms.Count != show.Block.BloomShards)
        {
            writer.WriteLine($"The description says {show.Block.BloomShards} bloom shards; {show.Blooms.Count} can be read.");
        }
    }

    private static void WriteRest(TextWriter writer, int count, int rows, string what)
    {
        if (count > rows)
        {
            writer.WriteLine($"({count - rows} more {what}: --all shows them)");
        }
    }

    private static string Share(long part, long all) => Percent((double)part / all);

    private static string Percent(double share) => share is > 0 and < 0.001 ? "<0.1 %" : string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");
}
