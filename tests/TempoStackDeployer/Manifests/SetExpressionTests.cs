using System.Text.Json.Nodes;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Tests.Manifests;

public sealed class SetExpressionTests
{
    private const string Document = """{"spec":{"a":{"b":1},"env":[{"name":"A"},{"name":"B"}],"size":"small"},"metadata":{"annotations":{}}}""";

    [Theory]
    [InlineData("spec.a.b=2", "spec.a.b", "2")]
    [InlineData("spec.a.c=two words", "spec.a.c", "\"two words\"")]
    [InlineData("spec.a.c=\"2\"", "spec.a.c", "\"2\"")]
    [InlineData("spec.a.c=true", "spec.a.c", "true")]
    [InlineData("spec.a.c=[1, x]", "spec.a.c", "[1,\"x\"]")]
    [InlineData("spec.a.c={d: 24h}", "spec.a.c", "{\"d\":\"24h\"}")]
    [InlineData("spec.a.c=", "spec.a.c", "\"\"")]
    [InlineData("spec.a.c=a=b", "spec.a.c", "\"a=b\"")]
    [InlineData("spec.env[1].value=x", "spec.env.1", "{\"name\":\"B\",\"value\":\"x\"}")]
    [InlineData("spec.env[2].name=C", "spec.env.2", "{\"name\":\"C\"}")]
    [InlineData("spec.list[0]=a", "spec.list", "[\"a\"]")]
    [InlineData("spec.size=null", "spec.size", "null")]
    [InlineData("spec.env[0]=null", "spec.env", "[{\"name\":\"B\"}]")]
    [InlineData("spec.none.such=null", "spec.none", "null")]
    [InlineData(@"metadata.annotations.example\.com/a=b", "metadata.annotations", "{\"example.com/a\":\"b\"}")]
    [InlineData("metadata.annotations.\"example.com/a\"=b", "metadata.annotations", "{\"example.com/a\":\"b\"}")]
    [InlineData("metadata.annotations['example.com/a']=b", "metadata.annotations", "{\"example.com/a\":\"b\"}")]
    public void A_value_gets_to_its_place_and_nowhere_else(string expression, string at, string expected)
    {
        var document = JsonNode.Parse(Document)!.AsObject();

        SetExpression.Parse(expression).ApplyTo(document);

        var found = at.Split('.').Aggregate((JsonNode?)document, (node, part) => node is JsonArray list ? list[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)] : node?[part]);
        (found?.ToJsonString() ?? "null").ShouldBe(JsonNode.Parse(expected)?.ToJsonString() ?? "null");
        document["spec"]!["a"]!["b"]!.GetValue<long>().ShouldBe(expression.StartsWith("spec.a.b=", StringComparison.Ordinal) ? 2 : 1);
    }

    [Theory]
    [InlineData("spec.a", "spec.a")]
    [InlineData("=1", "(empty)")]
    [InlineData("spec..a=1", "spec..a")]
    [InlineData("spec.env[x]=1", "spec.env[x]")]
    [InlineData("spec.env[0=1", "spec.env[0")]
    [InlineData("spec.'a=1", "spec.'a")]
    [InlineData("kind=Deployment", "kind")]
    [InlineData("metadata.name=other", "metadata.name")]
    [InlineData("spec=1", "spec")]
    [InlineData("spec.a.b=[1", "spec.a.b")]
    [InlineData("spec.a.b.c=1", "spec.a.b.c")]
    [InlineData("spec.a[0]=1", "spec.a[0]")]
    [InlineData("spec.env.x=1", "spec.env.x")]
    [InlineData("spec.env[7].name=1", "spec.env[7].name")]
    public void What_is_no_path_or_leads_nowhere_is_named_without_its_value(string expression, string named)
    {
        var refusal = Should.Throw<DiagnosticException>(() => SetExpression.Parse(expression.Replace("=1", "=hidden-word", StringComparison.Ordinal)).ApplyTo(JsonNode.Parse(Document)!.AsObject()));

        (refusal.Code, refusal.Value).ShouldBe(("TC341", named));
        refusal.Message.ShouldNotContain("hidden-word");
    }
}
