using System.Net;
using System.Text.Json.Nodes;
using TempoCos.Otlp;
using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.Tests;

/// <summary>One trace by its id, in all the forms in which it is asked for.</summary>
public sealed class TraceByIdTests
{
    [Fact]
    public async Task A_trace_larger_than_allowed_is_refused_or_marked_as_partial()
    {
        using var directory = new TemporaryDirectory();
        var traces = Sending.Traces(1);
        // What is accepted in parts may be too large as a whole.
        var id = Sending.Id(traces[0]);
        await using (var tempo = await SingleProcess.StartAsync(directory, "overrides: {defaults: {global: {max_bytes_per_trace: 0}}}"))
        {
            await Sending.SendAsync(tempo.Address(ListenerRole.OtlpGrpc), traces);
            (await tempo.Http.GetAsync($"/api/traces/{id}", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await JsonAsync(tempo.Http, $"/api/v2/traces/{id}"))["status"].ShouldBeNull();
            await tempo.Http.GetAsync("/flush", TestContext.Current.CancellationToken);
            await Eventually.TrueAsync("the block is listed", async () => (await tempo.Http.GetAsync($"/api/traces/{id}?mode=blocks")).IsSuccessStatusCode);
        }

        await using var strict = await SingleProcess.StartAsync(directory, "overrides: {defaults: {global: {max_bytes_per_trace: 500}}}");
        await Eventually.TrueAsync("the block is listed", async () => (await strict.Http.GetAsync($"/api/traces/{id}?mode=blocks")).StatusCode != HttpStatusCode.NotFound);
        using var refused = await strict.Http.GetAsync($"/api/traces/{id}?mode=blocks", TestContext.Current.CancellationToken);
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("trace exceeds max size");
        var partial = await JsonAsync(strict.Http, $"/api/v2/traces/{id}?mode=blocks");
        ((string?)partial["status"]).ShouldBe("PARTIAL");
        ((string?)partial["message"]).ShouldBe("Trace exceeds maximum size of 500 bytes, a partial trace is returned");
    }

    [Fact]
    public async Task The_short_form_has_ids_in_hex_and_attributes_as_one_map()
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory);
        var traces = Sending.Traces(1);
        await Sending.SendAsync(tempo.Address(ListenerRole.OtlpGrpc), traces);
        var id = Sending.Id(traces[0]);

        var (contentType, compact) = await AcceptAsync(tempo.Http, $"/api/v2/traces/{id}", "application/vnd.grafana.llm");
        contentType.ShouldBe("application/vnd.grafana.llm+json");
        var trace = compact["trace"]!;
        ((string?)trace["traceId"]).ShouldBe(id);
        var spans = trace["services"]!.AsArray().SelectMany(service => service!["scopes"]!.AsArray()).SelectMany(scope => scope!["spans"]!.AsArray()).ToList();
        var sent = traces[0].ResourceSpans.SelectMany(batch => batch.ScopeSpans).SelectMany(scope => scope.Spans).ToDictionary(span => Convert.ToHexStringLower(span.SpanId.Span));
        spans.Count.ShouldBe(sent.Count);
        foreach (var span in spans)
        {
            var original = sent[(string)span!["spanId"]!];
            ((string?)span["name"]).ShouldBe(original.Name);
            foreach (var attribute in original.Attributes.Where(attribute => attribute.Value.ValueCase == AnyValue.ValueOneofCase.StringValue))
            {
                ((string?)span["attributes"]![attribute.Key]).ShouldBe(attribute.Value.StringValue);
            }
        }

        (await AcceptAsync(tempo.Http, "/api/v2/traces/00ab", "application/vnd.grafana.llm")).Body.ToJsonString().ShouldBe("{}");
        // The same question without that header: ids in base64, as everywhere else.
        (await JsonAsync(tempo.Http, $"/api/v2/traces/{id}"))["trace"]!["resourceSpans"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Answers_are_compressed_for_those_who_can_read_it()
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory);
        var traces = Sending.Traces(1);
        await Sending.SendAsync(tempo.Address(ListenerRole.OtlpGrpc), traces);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/traces/{Sending.Id(traces[0])}");
        request.Headers.Add("Accept-Encoding", "gzip");
        using var response = await tempo.Http.SendAsync(request, TestContext.Current.CancellationToken);
        response.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        using var plain = new StreamReader(new System.IO.Compression.GZipStream(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), System.IO.Compression.CompressionMode.Decompress));
        var text = await plain.ReadToEndAsync(TestContext.Current.CancellationToken);

        using var other = await tempo.Http.GetAsync(request.RequestUri, TestContext.Current.CancellationToken);
        other.Content.Headers.ContentEncoding.ShouldBeEmpty();
        text.ShouldBe(await other.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("?blockStart=zz", 400, "invalid value for blockstart: invalid UUID length: 2")]
    [InlineData("?blockEnd=zz", 400, "invalid value for blockEnd: invalid UUID length: 2")]
    [InlineData("?start=x", 400, "invalid start: strconv.ParseInt: parsing \"x\": invalid syntax")]
    [InlineData("?start=20&end=10", 400, "http parameter start must be before end. received start=20 end=10")]
    [InlineData("?rf1After=x", 400, "invalid rf1After: parsing time \"x\"")]
    [InlineData("?mode=bogus", 400, "invalid value for mode bogus")]
    [InlineData("?mode=external", 500, "external mode is not enabled")]
    [InlineData("?mode=ingesters&start=x&blockStart=zz", 404, "")]
    [InlineData("?start=20", 404, "")]
    public async Task Bad_parameters_are_named(string query, int status, string text)
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory);
        using var response = await tempo.Http.GetAsync($"/api/traces/1{query}", TestContext.Current.CancellationToken);
        ((int)response.StatusCode).ShouldBe(status);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldStartWith(text);
    }

    private static async Task<JsonNode> JsonAsync(HttpClient http, string path) => (await AcceptAsync(http, path, "application/json")).Body;

    private static async Task<(string? ContentType, JsonNode Body)> AcceptAsync(HttpClient http, string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return (response.Content.Headers.ContentType?.MediaType, JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
    }
}
