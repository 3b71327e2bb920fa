using TempoCos.TempoStackDeployer.Plans;

namespace TempoCos.TempoStackDeployer.Tests.Plans;

public sealed class UnifiedDiffTests
{
    [Theory]
    [InlineData("a\nb\n", "a\nb\n", "")]
    [InlineData("", "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n")]
    [InlineData("a\n", "", "@@ -1,1 +0,0 @@\n-a\n")]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n")]
    [InlineData("a\nb\nc\n", "b\nc\nd\n", "@@ -1,3 +1,3 @@\n-a\n b\n c\n+d\n")]
    public void Hunks_are_those_of_diff_u(string before, string after, string expected) => UnifiedDiff.Between(before, after).ShouldBe(expected);

    [Fact]
    public void Changes_far_apart_are_hunks_of_their_own()
    {
        var lines = Enumerable.Range(1, 40).Select(number => $"{number}").ToArray();
        var changed = lines.ToArray();
        (changed[4], changed[34]) = ("x", "y");

        var diff = UnifiedDiff.Between(string.Join('\n', lines), string.Join('\n', changed));

        diff.Split('\n').Where(line => line.StartsWith("@@", StringComparison.Ordinal)).ShouldBe(["@@ -2,7 +2,7 @@", "@@ -32,7 +32,7 @@"]);
    }
}
