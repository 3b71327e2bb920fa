using TempoCos.Pipeline.Blocks.Documents;
using TempoCos.TempoBlocks.Checking;

namespace TempoCos.Pipeline.Blocks;

/// <summary>The list for people.</summary>
internal static class ListTable
{
    public static void Write(TextWriter writer, ListDocument list)
    {
        if (list.Blocks.Count == 0)
        {
            writer.WriteLine($"No blocks in {list.Location}.");
            return;
        }

        var table = new TextTable("TENANT", "BLOCK", "STATE", "FORMAT", "LEVEL", "TRACES", "SPANS", "SIZE", "START", "END").Right(4, 5, 6, 7);
        foreach (var block in list.Blocks)
        {
            table.Add(
                block.Tenant,
                $"{block.Id:d}",
                State(block),
                block.Format ?? "-",
                block.Level is { } level ? $"{level}" : "-",
                block.Traces is { } traces ? $"{traces}" : "-",
                block.Spans is { } spans ? $"{spans}" : "-",
                Quantity.Bytes(block.DataBytes ?? block.Bytes),
                block.Start is { } start ? Quantity.Time(start) : "-",
                block.End is { } end ? Quantity.Time(end) : "-");
        }

        table.Write(writer);
        writer.WriteLine();
        WriteTotals(writer, list);
        foreach (var block in list.Blocks.Where(b => b.Problems.Count > 0))
        {
            writer.WriteLine();
            writer.WriteLine($"{block.Tenant}/{block.Id:d}: {string.Join("; ", block.Problems)}");
        }
    }

    private static void WriteTotals(TextWriter writer, ListDocument list)
    {
        var table = new TextTable("TENANT", "WINDOW", "LIVE", "COMPACTED", "UNPUBLISHED", "TRACES", "SPANS", "SIZE").Right(2, 3, 4, 5, 6, 7);
        foreach (var total in list.Tenants.SelectMany(t => list.Windows.Where(w => w.Tenant == t.Tenant).Append(t)))
        {
            table.Add(
                total.Tenant,
                total.WindowStart is { } window ? Quantity.Time(window) : "all",
                $"{total.Blocks}",
                $"{total.CompactedBlocks}",
                $"{total.UnpublishedBlocks}",
                $"{total.Traces}",
                total.Spans is { } spans ? $"{spans}" : "-",
                Quantity.Bytes(total.DataBytes));
        }

        table.Write(writer);
    }

    private static string State(BlockDocument block) => block.Problems.Count > 0 && block.State != BlockState.Unpublished
        ? "damaged"
        : block.State.ToString().ToLowerInvariant();
}
