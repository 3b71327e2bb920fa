using System.Text;

namespace TempoCos.TempoBlocks.Tests;

/// <summary>meta.json both ways.</summary>
public sealed class BlockMetaTests
{
    [Fact]
    public void The_committed_metas_are_written_byte_for_byte() => AssertRoundTrip(GoldenCorpus.Committed).ShouldBe(2);

    [Fact]
    public void Every_recorded_meta_is_written_byte_for_byte() => AssertRoundTrip(GoldenCorpus.Whole()).ShouldBeGreaterThan(10);

    [Fact]
    public void Optional_keys_appear_only_when_they_say_something()
    {
        var meta = new BlockMeta { BlockId = Guid.Empty, TenantId = "a\"b" };
        var text = Encoding.UTF8.GetString(meta.ToJson());
        text.ShouldContain("\"startTime\":\"0001-01-01T00:00:00Z\"");
        text.ShouldNotContain("dedicatedColumns");
        text.ShouldNotContain("replicationFactor");
        text = Encoding.UTF8.GetString((meta with
        {
            ReplicationFactor = 1,
            DedicatedColumns = [new DedicatedColumn("x", DedicatedColumn.ResourceScope, "int", "array")],
        }).ToJson());
        text.ShouldEndWith("\"dedicatedColumns\":[{\"s\":\"resource\",\"n\":\"x\",\"t\":\"int\",\"o\":[\"array\"]}],\"replicationFactor\":1}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("{\"blockID\":\"not-a-uuid\"}")]
    [InlineData("{\"blockID\":\"00000000-0000-0000-0000-000000000000\",\"startTime\":\"yesterday\"}")]
    [InlineData("{\"blockID\":\"00000000-0000-0000-0000-000000000000\",\"totalRecords\":99999999999}")]
    [InlineData("{\"blockID\":\"00000000-0000-0000-0000-000000000000\",\"size\":\"big\"}")]
    public void What_is_no_meta_is_refused(string json) =>
        Should.Throw<FormatException>(() => BlockMeta.Parse(Encoding.UTF8.GetBytes(json))).Message.ShouldNotBeEmpty();

    private static int AssertRoundTrip(string root)
    {
        var files = Directory.GetFiles(root, "meta*.json", SearchOption.AllDirectories);
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            Encoding.UTF8.GetString(BlockMeta.Parse(bytes).ToJson()).ShouldBe(Encoding.UTF8.GetString(bytes), file);
        }

        return files.Length;
    }
}
