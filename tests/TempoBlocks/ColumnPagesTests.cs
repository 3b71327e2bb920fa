using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Tests;

/// <summary>A column's rows are the same whether the file says where its pages begin or not, and in whichever order they are asked for.</summary>
public sealed class ColumnPagesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_are_the_same_with_and_without_an_offset_index()
    {
        using var temporary = new TemporaryStore();
        var golden = await GoldenCorpus.MetaAsync(GoldenCorpus.CommittedStore, GoldenCorpus.SmallBlock);
        await using var source = await BlockReader.OpenAsync(GoldenCorpus.CommittedStore, golden, Ct);
        var meta = await new BlockWriter(temporary.Store, new BlockWriterOptions { PageBytes = 100 }).WriteAsync(golden.TenantId, source.ReadAllAsync(Ct), null, Ct);
        await using var reader = await BlockReader.OpenAsync(temporary.Store, meta, Ct);
        var group = reader.File.Footer.RowGroups.ShouldHaveSingleItem();
        var paged = 0;
        foreach (var leaf in reader.File.Footer.Leaves)
        {
            var whole = new ColumnPages(leaf, group, null, null);
            whole.SetPage(0, await reader.File.Source.ReadAsync(whole.Range(0), null, Ct));
            var locations = (await reader.File.LocatePagesAsync(group, [leaf], null, Ct))[0].ShouldNotBeNull();
            var pages = new ColumnPages(leaf, group, locations, null);
            if (pages.LacksDictionary)
            {
                pages.SetDictionary(await reader.File.Source.ReadAsync(pages.DictionaryRange, null, Ct));
            }

            for (var page = 0; page < pages.Count; page++)
            {
                pages.SetPage(page, await reader.File.Source.ReadAsync(pages.Range(page), null, Ct));
            }

            paged += pages.Count > 1 ? 1 : 0;
            foreach (var row in Enumerable.Range(0, (int)group.Rows).Concat([3, 1, 6, 0]))
            {
                Entries(pages, row).ShouldBe(Entries(whole, row), $"{leaf.Path}, row {row}");
            }
        }

        paged.ShouldBeGreaterThan(10);
    }

    private static string Entries(ColumnPages column, int row)
    {
        var (page, start, end, ordinal) = column.Seek(row);
        var repetitions = page.Repetitions.IsEmpty ? "" : Convert.ToHexString(page.Repetitions[start..end]);
        var definitions = page.Definitions.IsEmpty ? "" : Convert.ToHexString(page.Definitions[start..end]);
        var count = page.Definitions.IsEmpty ? 1 : page.Definitions[start..end].Count((byte)column.Leaf.MaxDefinition);
        var values = Enumerable.Range(ordinal, count).Select(i => column.Leaf.Type switch
        {
            PhysicalType.ByteArray => Convert.ToHexString(page.Values.Bytes(page.IndexOf(i))),
            PhysicalType.Double => $"{page.Values.Double(page.IndexOf(i))}",
            PhysicalType.Boolean => $"{page.Values.Boolean(page.IndexOf(i))}",
            _ => $"{page.Values.Integer(page.IndexOf(i))}",
        });
        return $"{repetitions} {definitions} {string.Join(',', values)}";
    }
}
