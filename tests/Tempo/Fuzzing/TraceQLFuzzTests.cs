using System.Diagnostics;
using TempoCos.Tempo.TraceQL;
using TempoCos.TempoBlocks.Tests.Fuzzing;

namespace TempoCos.Tempo.Tests.Fuzzing;

/// <summary>Whatever is asked, it is a query or an error of the language, soon: see <see cref="FuzzRun"/> for seeds and time.</summary>
public sealed class TraceQLFuzzTests
{
    private const int Seconds = 4;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly string[] Seeds =
    [
        "{}", "{ .a = 1 && span.b != \"x\" || resource.c =~ \"y.*\" }", "{ span.\"with space\" = `raw` }", "{ duration > 1h30m && trace:duration <= 1.5s }",
        "{ -span.n * 2 + 1 > span.m ^ 2 }", "{ name = \"a\" } >> { status = error } && { kind = server }", "({ .a = 1 } | count() > 2) !>> { } ",
        "{ } | by(resource.service.name) | count() > 2 | avg(duration) > 2 * 10ms | coalesce() | select(span.a, name)",
        "{ event:name = \"x\" && link:traceID != nil } with (most_recent=true)", "{ } // all\n /* really */ | rate() by (span.x)",
        "{ } | quantile_over_time(duration, .5, .9) by (name) | topk(3)", "{ parent.a = nil } &>> { !true }", "{ span.a =~ 3 }", "{ \"a\" + 1 = 2 }",
    ];

    private static readonly string[] Tokens =
    [
        "{", "}", "(", ")", "|", ",", "=", "!=", "<", ">", "<=", ">=", "=~", "!~", "&&", "||", ">>", "<<", "!>>", "!<<", "&>>", "~", "!~", "!", "-", "+", "*", "/", "%", "^",
        ".a", "span.b", "resource.", "parent.", "event:name", "trace:id", "nil", "true", "false", "error", "ok", "server", "duration", "name", "kind", "status", "nestedSetLeft",
        "1", "-1", "9223372036854775808", "1e999", ".5", "1.2.3", "5ms", "1h1h", "99999999999h", "\"x\"", "\"(\"", "\"[a-\"", "\"\\x\"", "`y`", "\"", "`", "by", "count()", "avg(", "select(", "with", "rate()",
        "coalesce()", "topk(", "compare(", "//", "/*", "*/", "\n", "\0", "\u00a0", "🜁", "\ud800", "minInt", "%v", "histogram_over_time(",
    ];

    [Fact]
    public Task Garbled_queries_parse_or_are_refused() => FuzzRun.RunAsync(
        random =>
        {
            Parse(Garbled(random));
            return Task.CompletedTask;
        },
        Seconds,
        fixedRounds: 20_000);

    [Theory]
    [InlineData("{ ", "(", "true", ")", " }")]
    [InlineData("{ ", "!", "true", "", " }")]
    [InlineData("{ 1 = ", "-", "1", "", " }")]
    [InlineData("{ 1 = ", "- ", ".a", "", " }")]
    [InlineData("{ true", " && true", "", "", " }")]
    [InlineData("{ 1 = 1", " + 1", "", "", " }")]
    [InlineData("{ .a = 1", " ^ 1", "", "", " }")]
    [InlineData("{ true", " || .a = 1", "", "", " }")]
    [InlineData("", "(", "{}", ")", "")]
    [InlineData("{}", " && {}", "", "", "")]
    [InlineData("{}", " >> {}", "", "", "")]
    [InlineData("{}", " | {}", "", "", "")]
    [InlineData("{}", " | coalesce()", "", "", "")]
    [InlineData("{} | count() > 1", " + 1", "", "", "")]
    [InlineData("{} | count() > ", "(", "1", ")", "")]
    [InlineData("", "({} | count() > 1 | ", "{}", ")", "")]
    [InlineData("{} | select(.a", ",.a", "", "", ")")]
    [InlineData("{", "", "", "", "")]
    [InlineData("{ .a =~ \"", "(", "x", ")", "\" }")]
    [InlineData("{ .a =~ \"", "(x+)+", "", "", "$\" }")]
    [InlineData("{ .", "a.", "a", "", " = 1 }")]
    [InlineData("", "/*", "", "", "")]
    [InlineData("{} | quantile_over_time(duration", ",.5", "", "", ")")]
    [InlineData("{} with (a=1", ",a=1", "", "", ")")]
    public async Task Repetition_without_end_is_bounded(string before, string open, string middle, string close, string after)
    {
        foreach (var count in new[] { 10, 190, 1_000, 100_000 })
        {
            var query = before + string.Concat(Enumerable.Repeat(open, count)) + middle + string.Concat(Enumerable.Repeat(close, count)) + after;
            await Task.Run(() => Parse(query), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData("{ duration > 9223372036854775807h }")]
    [InlineData("{ duration > 99999999999999999999999999999h }")]
    [InlineData(" 9223372036854775d808 {}")]
    public void Durations_beyond_every_number_are_refused(string query) => Should.Throw<TraceQLException>(() => Query.Parse(query));

    private static void Parse(string query)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            Query.Parse(query);
        }
        catch (TraceQLException e)
        {
            e.Message.ShouldNotBeEmpty();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"The query '{(query.Length > 2000 ? query[..2000] : query)}' ended with {e.GetType().Name}: {e.Message}", e);
        }

        watch.Elapsed.ShouldBeLessThan(Limit, query.Length > 2000 ? query[..2000] : query);
    }

    private static string Garbled(Random random)
    {
        var query = Seeds[random.Next(Seeds.Length)];
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var at = random.Next(query.Length + 1);
            var end = Math.Min(query.Length, at + random.Next(1, 8));
            query = random.Next(6) switch
            {
                0 => query[..at],
                1 => query[..at] + query[end..],
                2 => query[..at] + (char)random.Next(random.Next(2) == 0 ? 128 : 65536) + query[at..],
                3 => query[..at] + Seeds[random.Next(Seeds.Length)] + query[at..],
                _ => query[..at] + " " + Tokens[random.Next(Tokens.Length)] + " " + query[at..],
            };
        }

        return query;
    }
}
