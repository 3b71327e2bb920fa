using TempoCos.Tempo.TraceQL;

namespace TempoCos.Tempo.Tests;

/// <summary>The language: what parses, and what the errors say.</summary>
public sealed class TraceQLParserTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("{ true }")]
    [InlineData("{ .a = 1 && span.b != \"x\" || resource.c =~ \"y.*\" }")]
    [InlineData("{ span.\"with space\" = `raw` }")]
    [InlineData("{ duration > 1h30m && trace:duration <= 1.5s }")]
    [InlineData("{ span.a = nil || span.b != nil }")]
    [InlineData("{ -span.n * 2 + 1 > span.m ^ 2 }")]
    [InlineData("{ name = \"a\" } >> { status = error } && { kind = server }")]
    [InlineData("({ .a = 1 } | count() > 2) !>> ({ } | by(name)) ")]
    [InlineData("{ } | by(resource.service.name) | count() > 2 | avg(duration) > 20ms | coalesce() | select(span.a, name)")]
    [InlineData("{ event:name = \"x\" && link:traceID != nil && instrumentation:version = \"1\" } with (most_recent=true)")]
    [InlineData("{ } // all\n /* really */ | rate() by (span.x)")]
    [InlineData("{ } | quantile_over_time(duration, .5, .9) by (name) | topk(3)")]
    public void What_the_language_has_parses(string query) => Should.NotThrow(() => Query.Parse(query));

    [Theory]
    [InlineData("{ name == \"x\" }", "parse error at line 1, col 9: syntax error: unexpected =")]
    [InlineData("{ duration > 5x }", "parse error at line 1, col 15: syntax error: unexpected IDENTIFIER")]
    [InlineData("{ kind = bogus }", "parse error at line 1, col 10: unknown identifier: bogus")]
    [InlineData("{} }", "parse error at line 1, col 4: syntax error: unexpected }, expecting with")]
    [InlineData("{} | foo()", "parse error at line 1, col 6: syntax error: unexpected IDENTIFIER")]
    [InlineData("{} | select()", "parse error at line 1, col 13: syntax error: unexpected )")]
    [InlineData("coalesce()", "parse error at line 1, col 1: syntax error: unexpected coalesce")]
    [InlineData("{ | rate()", "parse error at line 1, col 3: syntax error: unexpected |")]
    [InlineData("{} | quantile_over_time(duration)", "parse error at line 1, col 33: syntax error: unexpected ), expecting ,")]
    [InlineData("", "parse error : syntax error: unexpected $end")]
    [InlineData("{ \"a\" + 1 = 2 }", "binary operations must operate on the same type: `a` + 1")]
    [InlineData("{ status = 3 }", "binary operations must operate on the same type: status = 3")]
    [InlineData("{ span.a =~ 3 }", "illegal operation for the given types: span.a =~ 3")]
    [InlineData("{ 1 + 1 }", "span filter field expressions must resolve to a boolean: { 2 }")]
    [InlineData("{ name =~ \"(\" }", "invalid regex: `(`")]
    [InlineData("{ rootServiceName = nil }", "rootServiceName=nil is not valid because intrinsics cannot be nil")]
    [InlineData("{ parent = nil }", "intrinsic (parent) not yet supported")]
    [InlineData("({ .a = 1 } | count() > 2) >> { }", "parse error at line 1, col 31: syntax error: unexpected {, expecting (")]
    [InlineData("{ .a = 08 }", "parse error at line 1, col 8: invalid digit '8' in octal literal")]
    [InlineData("{ span.\"a }", "parse error at line 0, col 3: unexpected EOF, expecting \"")]
    [InlineData("{ trace:foo = 1 }", "parse error at line 1, col 9: syntax error: unexpected IDENTIFIER, expecting duration or rootName or rootService or id")]
    [InlineData("{} | avg(status) > 1", "aggregate field expressions must resolve to a number type: avg(status)")]
    [InlineData("{} | rate() by (.a, .b, .c, .d, .e, .f)", "metrics group by 6 values not yet supported")]
    [InlineData("{ } | max(duration) > 2 * min(duration)", "scalar filter rhs of type (%v) not yet supported")]
    [InlineData("{\n  name ==\n}", "parse error at line 2, col 9: syntax error: unexpected =")]
    public void What_it_has_not_is_an_error_that_says_where(string query, string message) =>
        Should.Throw<TraceQLException>(() => Query.Parse(query)).Message.ShouldBe(message);

    [Fact]
    public void Nesting_without_end_is_refused() =>
        Should.Throw<TraceQLException>(() => Query.Parse("{ " + new string('(', 100_000) + "true")).Message.ShouldContain("nested too deeply");
}
