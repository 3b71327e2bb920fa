using TempoCos.Cluster.Network.Http;

namespace TempoCos.Cluster.Tests.Controllers.Network;

public sealed class HttpRuleTests
{
    private static readonly HttpRule[] Rules =
    [
        new("a.example", "/", false, 1), new("a.example", "/api", false, 2), new("a.example", "/api", true, 3), new("*.example", "/", false, 4), new("", "/", false, 5),
    ];

    [Theory]
    [InlineData("a.example", "/", 1)]
    [InlineData("A.Example", "/apis", 1)]
    [InlineData("a.example", "/api/x", 2)]
    [InlineData("a.example", "/api", 3)]
    [InlineData("b.example", "/api", 4)]
    [InlineData("c.b.example", "/", 5)]
    [InlineData("elsewhere", "/x", 5)]
    [InlineData("127.0.0.1", "/api/x", 2)]
    public void The_longest_path_of_the_nearest_host_is_taken(string host, string path, int target) =>
        HttpRule.Find(Rules, host, path)!.Target.ShouldBe(target);

    [Theory]
    [InlineData("elsewhere", "/")]
    [InlineData("a.example", "/other")]
    public void What_no_rule_is_for_is_sent_nowhere(string host, string path) =>
        HttpRule.Find([new HttpRule("a.example", "/api", false, 1)], host, path).ShouldBeNull();
}
