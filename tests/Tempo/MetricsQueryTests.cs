using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Google.Protobuf;
using TempoCos.Otlp;
using TempoCos.Tempo.Http;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Tests;

/// <summary>Metrics over blocks that hold each span once, and their absence over those that do not.</summary>
public sealed class MetricsQueryTests
{
    private const ulong Base = 1_700_000_000_000_000_000;
    private const string Range = "start=1700000000&end=1700000040&step=10s";

    [Fact]
    public async Task Functions_give_the_numbers_of_the_spans()
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await StartAsync(directory, replicationFactor: 1);

        // Spans begin every second; odd ones are of service b, and n is the second.
        (await ValuesAsync(tempo, "{} | count_over_time()")).ShouldBe(["__name__=count_over_time: 1 10 10 9 0"]);
        (await ValuesAsync(tempo, "{} | rate()")).ShouldBe(["__name__=rate: 0.1 1 1 0.9 0"]);
        (await ValuesAsync(tempo, "{} | count_over_time() by (resource.service.name)")).ShouldBe(["resource.service.name=a: 1 5 5 4 0", "resource.service.name=b: 0 5 5 5 0"]);
        (await ValuesAsync(tempo, "{ resource.service.name = \"b\" } | max_over_time(span.n)")).ShouldBe(["__name__=max_over_time: - 9 19 29 -"]);
        (await ValuesAsync(tempo, "{ resource.service.name = \"b\" } | min_over_time(span.n)")).ShouldBe(["__name__=min_over_time: - 1 11 21 -"]);
        (await ValuesAsync(tempo, "{} | sum_over_time(span.n)")).ShouldBe(["__name__=sum_over_time: 0 55 155 225 -"]);
        (await ValuesAsync(tempo, "{} | avg_over_time(span.n)")).ShouldBe(["__name__=avg_over_time: 0 5.5 15.5 25 -"]);
        (await ValuesAsync(tempo, "{} | avg_over_time(duration)")).ShouldBe(["__name__=avg_over_time: 0.5 0.5 0.5 0.5 -"]);
        (await ValuesAsync(tempo, "{} | quantile_over_time(span.n, 1)")).ShouldBe(["p=1: 0 16 32 32 0"]);
        (await ValuesAsync(tempo, "{ span.n >= 16 } | histogram_over_time(span.n)")).ShouldBe(["__bucket=16: 0 0 1 0 0", "__bucket=32: 0 0 4 9 0"]);
        (await ValuesAsync(tempo, "{} | rate() by (resource.service.name) | topk(1)")).ShouldBe(["resource.service.name=a: 0.1 0.5 0.5 - 0", "resource.service.name=b: - - - 0.5 -"]);
        (await ValuesAsync(tempo, "{ name = \"nope\" } | rate()")).ShouldBe(["__name__=rate: 0 0 0 0 0"]);
        (await ValuesAsync(tempo, "{ name = \"nope\" } | rate() by (name)")).ShouldBeEmpty();

        var instant = await JsonAsync(tempo, "/api/metrics/query?q=" + Uri.EscapeDataString("{} | count_over_time()") + "&start=1700000000&end=1700000040");
        ((double)instant["series"]![0]!["value"]!).ShouldBe(29, "what begins at the start itself belongs to the time before");

        var exemplars = await JsonAsync(tempo, "/api/metrics/query_range?q=" + Uri.EscapeDataString("{} | max_over_time(span.n)") + "&" + Range);
        var shown = exemplars["series"]![0]!["exemplars"]!.AsArray();
        shown.Count.ShouldBeInRange(1, 30);
        shown.ShouldAllBe(exemplar => exemplar!["labels"]!.AsArray().Any(label => (string)label!["key"]! == "trace:id"));
        var without = await JsonAsync(tempo, "/api/metrics/query_range?q=" + Uri.EscapeDataString("{} | max_over_time(span.n) with (exemplars=false)") + "&" + Range);
        without["series"]![0]!["exemplars"].ShouldBeNull();
    }

    [Fact]
    public async Task Blocks_with_several_copies_of_a_span_are_not_counted()
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await StartAsync(directory, replicationFactor: 0);
        (await ValuesAsync(tempo, "{} | count_over_time()")).ShouldBeEmpty();
        // The block is there: search finds it.
        (await JsonAsync(tempo, "/api/search?q=%7B%7D&start=1700000000&end=1700000040"))["traces"]!.AsArray().Count.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("q={}|rate()&start=20&end=10", "end must be greater than start")]
    [InlineData("q={}|rate()&start=1700000000&end=1700600000&step=1s", "step of 1s is too small, minimum step for given range is 1m0s")]
    [InlineData("q={}|rate()&start=1700000000&end=1700000600&step=0", "step of 0s is too small, minimum step for given range is 60ms")]
    [InlineData("q={}|rate()&start=1700000000&end=1700036000&step=60s", "metrics query time range exceeds the maximum allowed duration of 3h0m0s")]
    [InlineData("q={}&start=1700000000&end=1700000600", "not a metrics query")]
    [InlineData("q={}|rate(&start=1700000000&end=1700000600", "parse error at line 1, col 9: syntax error: unexpected $end, expecting )")]
    [InlineData("q={}|rate()&step=x", "rpc error: code = Code(400) desc = cannot parse \"x\" to a valid duration")]
    public async Task Mistakes_are_named(string query, string text)
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory);
        using var response = await tempo.Http.GetAsync("/api/metrics/query_range?" + query, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe(text);
    }

    private static async Task<SingleProcess> StartAsync(TemporaryDirectory directory, int replicationFactor)
    {
        var stop = TestContext.Current.CancellationToken;
        var store = new LocalBlockStore(directory["blocks"]);
        var meta = await new BlockWriter(store, new()).WriteAsync(Tenancy.SingleTenant, Enumerable.Range(0, 30).Select(Trace), null, stop);
        await store.WriteAsync($"{Tenancy.SingleTenant}/{meta.BlockId:d}/meta.json", (meta with { ReplicationFactor = replicationFactor }).ToJson(), stop);
        var tempo = await SingleProcess.StartAsync(
            directory,
            """
            query_frontend: {search: {query_backend_after: 0s}}
            compactor: {disabled: true, compaction: {block_retention: 800000h}}
            """);
        await Eventually.TrueAsync("the block is listed", async () => (await tempo.Http.GetStringAsync("/metrics", stop)).Contains("tempodb_blocklist_length{tenant=\"single-tenant\"} 1", StringComparison.Ordinal));
        return tempo;
    }

    private static TraceRecord Trace(int second)
    {
        var id = new byte[16];
        id[15] = (byte)(second + 1);
        var span = new Span
        {
            TraceId = ByteString.CopyFrom(id),
            SpanId = ByteString.CopyFrom(id.AsSpan(8)),
            Name = "op",
            StartTimeUnixNano = Base + ((ulong)second * 1_000_000_000),
            EndTimeUnixNano = Base + ((ulong)second * 1_000_000_000) + 500_000_000,
            Attributes = { new KeyValue { Key = "n", Value = new() { IntValue = second } } },
        };
        var resource = new Resource { Attributes = { new KeyValue { Key = "service.name", Value = new() { StringValue = second % 2 == 0 ? "a" : "b" } } } };
        return new(TraceId16.FromBytes(id), new() { ResourceSpans = { new ResourceSpans { Resource = resource, ScopeSpans = { new ScopeSpans { Scope = new(), Spans = { span } } } } } });
    }

    // "labels: a value for each point from 1700000000 on, - where there is none".
    private static async Task<List<string>> ValuesAsync(SingleProcess tempo, string query)
    {
        var answer = await JsonAsync(tempo, $"/api/metrics/query_range?q={Uri.EscapeDataString(query)}&{Range}");
        return [.. answer["series"]!.AsArray().Select(Line).Order(StringComparer.Ordinal)];

        static string Line(JsonNode? series)
        {
            var labels = series!["labels"]!.AsArray().Select(label => $"{label!["key"]}={label["value"]!.AsObject().First().Value}");
            var points = series["samples"]!.AsArray().ToDictionary(sample => (string)sample!["timestampMs"]!, sample => (double?)sample!["value"] ?? 0);
            var values = Enumerable.Range(0, 5).Select(i => points.TryGetValue($"{1_700_000_000_000 + (i * 10_000)}", out var value) ? Math.Round(value, 9).ToString(CultureInfo.InvariantCulture) : "-");
            return $"{string.Join(',', labels)}: {string.Join(' ', values)}";
        }
    }

    private static async Task<JsonNode> JsonAsync(SingleProcess tempo, string path) =>
        JsonNode.Parse(await tempo.Http.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken))!;
}
