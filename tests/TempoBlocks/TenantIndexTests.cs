using System.Text;

namespace TempoCos.TempoBlocks.Tests;

/// <summary>Both forms of the tenant's index, both ways.</summary>
public sealed class TenantIndexTests
{
    private static readonly string Folder = Path.Combine(GoldenCorpus.Committed, "blocks", GoldenCorpus.Tenant);

    [Fact]
    public void Both_recorded_forms_say_the_same()
    {
        var json = TenantIndex.ParseJson(File.ReadAllBytes(Path.Combine(Folder, "index.json.gz")));
        var proto = TenantIndex.ParseProto(File.ReadAllBytes(Path.Combine(Folder, "index.pb.zst")));
        json.Live.Count.ShouldBe(2);
        json.Compacted.Count.ShouldBe(2);
        Text(proto).ShouldBe(Text(json));
        json.CreatedAt.ShouldBeGreaterThan(json.Compacted[0].CompactedTime);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var index = TenantIndex.ParseJson(File.ReadAllBytes(Path.Combine(Folder, "index.json.gz")));
        Text(TenantIndex.ParseJson(index.ToJson())).ShouldBe(Text(index));
        Text(TenantIndex.ParseProto(index.ToProto())).ShouldBe(Text(index));
        Text(TenantIndex.ParseProto((index with { Live = [] }).ToProto())).ShouldNotBe(Text(index));
    }

    [Fact]
    public void Vp5_columns_with_scopes_types_and_options_survive()
    {
        var meta = new BlockMeta
        {
            BlockId = Guid.NewGuid(),
            TenantId = "t",
            DedicatedColumns = [new("a"), new("b", DedicatedColumn.ResourceScope, "int"), new("c", "event", "string", "array", "blob")],
            ReplicationFactor = 1,
        };
        var index = new TenantIndex(DateTimeOffset.UnixEpoch, [meta], []);
        Text(TenantIndex.ParseProto(index.ToProto())).ShouldBe(Text(index));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 1, 2, 3 })]
    public void What_is_no_index_is_refused(byte[] bytes)
    {
        Should.Throw<FormatException>(() => TenantIndex.ParseJson(bytes));
        Should.Throw<FormatException>(() => TenantIndex.ParseProto(bytes));
    }

    private static string Text(TenantIndex index) => string.Join('\n',
    [
        .. index.Live.Select(m => Encoding.UTF8.GetString(m.ToJson())),
        .. index.Compacted.Select(c => $"{c.CompactedTime:O} {Encoding.UTF8.GetString(c.Meta.ToJson())}"),
        $"{index.CreatedAt:O}",
    ]);
}
