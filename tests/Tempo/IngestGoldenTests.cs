using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using TempoCos.Otlp;
using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.Tests;

/// <summary>Exports recorded from the real Tempo, sent again to this one. The recording keeps the beginning of long bodies; the rest is as it must have been.</summary>
public sealed partial class IngestGoldenTests
{
    private const string Limits = "overrides: {defaults: {ingestion: {rate_limit_bytes: 300000, burst_size_bytes: 1000000}}}\ndistributor: {retry_after_on_resource_exhausted: 5s}";
    private const int Megabyte = 1 << 20;

    // What the recorded body does not show any more.
    private static readonly Dictionary<string, string> Endings = new()
    {
        ["kind-string"] = ", \"kind\": \"SPAN_KIND_SERVER\"",
        ["kind-badstring"] = ", \"kind\": \"NOPE\"",
        ["kind-99"] = ", \"kind\": 99",
        ["status-string"] = ", \"status\": {\"code\": \"STATUS_CODE_ERROR\"}",
        ["int-as-number"] = ", \"attributes\": [{\"key\": \"i\", \"value\": {\"intValue\": 42}}]",
        ["double-inf"] = ", \"attributes\": [{\"key\": \"d\", \"value\": {\"doubleValue\": \"Infinity\"}}]",
        ["double-nan"] = ", \"attributes\": [{\"key\": \"d\", \"value\": {\"doubleValue\": \"NaN\"}}]",
    };

    [Fact]
    public async Task Exports_over_HTTP_are_answered_as_recorded()
    {
        var recorded = Recorded("otlp-http.json").AsArray();
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory);
        using var http = new HttpClient { BaseAddress = tempo.Address(ListenerRole.OtlpHttp) };

        var differences = new List<string>();
        foreach (var one in recorded)
        {
            var id = (string)one!["id"]!;
            var (status, type, body) = await SendAsync(http, one, Body(id, one));
            Compare(differences, id, one, status, type, body);
        }

        recorded.Count.ShouldBeGreaterThan(40);
        differences.ShouldBeEmpty();
        (await tempo.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).ShouldContain("tempo_discarded_spans_total{reason=\"trace_too_large\",tenant=\"single-tenant\"} 1");
    }

    [Fact]
    public async Task Exports_over_HTTP_beyond_the_rate_are_answered_as_recorded()
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await StartLimitedAsync(directory);
        using var http = new HttpClient { BaseAddress = tempo.Address(ListenerRole.OtlpHttp) };
        foreach (var one in Recorded("otlp-http-ratelimit.json").AsArray())
        {
            using var content = new StringContent(Json(Sized(1557012)), Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json"));
            using var response = await http.PostAsync("/v1/traces", content, TestContext.Current.CancellationToken);
            ((int)response.StatusCode).ShouldBe((int)one!["status"]!);
            response.Headers.GetValues("Retry-After").ShouldBe([(string)one["headers"]!["Retry-After"]!]);
            (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe((string)one["body"]!);
        }

        using var small = new StringContent(Json(Sized(200)), Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json"));
        ((int)(await http.PostAsync("/v1/traces", small, TestContext.Current.CancellationToken)).StatusCode).ShouldBe(200);
    }

    [Theory]
    [InlineData("otlp-grpc-default.json", "")]
    [InlineData("otlp-grpc-multitenant.json", "multitenancy_enabled: true")]
    [InlineData("otlp-grpc-ratelimit.json", Limits)]
    public async Task Exports_over_gRPC_are_answered_as_recorded(string file, string configuration)
    {
        var recorded = Recorded(file).AsObject();
        using var directory = new TemporaryDirectory();
        await using var tempo = configuration == Limits ? await StartLimitedAsync(directory) : await SingleProcess.StartAsync(directory, configuration);
        using var channel = GrpcChannel.ForAddress(tempo.Address(ListenerRole.OtlpGrpc), new() { MaxSendMessageSize = null });
        var client = new TraceService.TraceServiceClient(channel);

        var differences = new List<string>();
        foreach (var (name, expected) in recorded)
        {
            var message = (string?)expected!["message"] ?? "";
            var got = await CallAsync(client, name, message);
            var want = (int?)expected["codeNum"] is { } code ? $"{code} {message}" : "ok";
            if (got.Answer != want)
            {
                differences.Add($"{name}: '{got.Answer}' instead of '{want}'");
            }

            // The recording client saw a detail that it did not know.
            if (expected["details"]?.AsArray().Count > 0)
            {
                got.Error!.GetRpcStatus()!.GetDetail<Google.Rpc.RetryInfo>().RetryDelay.ToTimeSpan().ShouldBe(TimeSpan.FromSeconds(5));
            }
        }

        recorded.Count.ShouldBeGreaterThan(12);
        differences.ShouldBeEmpty();
    }

    [Fact]
    public async Task Queries_of_tenants_are_answered_as_recorded()
    {
        var stop = TestContext.Current.CancellationToken;
        const string trace = "598fb22aac25025c52b9b35754bac9b3";
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory, "multitenancy_enabled: true\nquery_frontend: {search: {query_backend_after: 0s, max_duration: 0s}}");
        using var http = new HttpClient { BaseAddress = tempo.Address(ListenerRole.OtlpHttp) };
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(GoldenCorpus.Folder(), "input", "part1.jsonl"), stop))
        {
            if (line.Contains(trace, StringComparison.OrdinalIgnoreCase))
            {
                using var content = new StringContent(line, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json"));
                content.Headers.Add(Tenancy.Header, "team-a");
                (await http.PostAsync("/v1/traces", content, stop)).EnsureSuccessStatusCode();
            }
        }

        var differences = new List<string>();
        foreach (var one in Recorded("multitenant.json").AsArray().Where(one => (string)one!["id"]! is not ("buildinfo" or "metrics-summary-ab")))
        {
            var query = string.Join('&', (one!["params"] as JsonObject ?? []).Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value!.ToString())}"));
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{one["path"]}?{query}", UriKind.Relative));
            foreach (var (name, value) in one["headers"] as JsonObject ?? [])
            {
                request.Headers.TryAddWithoutValidation(name, (string)value!);
            }

            using var response = await tempo.Http.SendAsync(request, stop);
            var body = await response.Content.ReadAsStringAsync(stop);
            var expected = (string)one["body"]!;
            if ((int)response.StatusCode != (int)one["status"]! || (expected.Length < 100 && !expected.Contains("\"metrics\"", StringComparison.Ordinal) && body != expected))
            {
                differences.Add($"{one["id"]}: {(int)response.StatusCode} '{body}' instead of {one["status"]} '{expected}'");
            }

            if ((string)one["id"]! is "trace-a" or "trace-ab")
            {
                body.ShouldContain("resourceSpans");
            }
        }

        differences.ShouldBeEmpty();
    }

    private static JsonNode Recorded(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(GoldenCorpus.Folder(), "http", "ingest", file)))!;

    // A second receiver section would take the place of the first.
    private static Task<SingleProcess> StartLimitedAsync(TemporaryDirectory directory) => SingleProcess.StartAsync(directory, Limits.Split('\n')[0], flags: new() { ["distributor.retry_after_on_resource_exhausted"] = "5s" });

    private static void Compare(List<string> differences, string id, JsonNode one, int status, string type, string body)
    {
        var expected = (Status: (int)one["status"]!, Type: (string?)one["respHeaders"]!["Content-Type"] ?? "", Body: (string)one["body"]!);
        if (expected != (status, type, body))
        {
            differences.Add($"{id}: {status} {type} '{body}' instead of {expected.Status} {expected.Type} '{expected.Body}'");
        }
    }

    private static async Task<(int Status, string Type, string Body)> SendAsync(HttpClient http, JsonNode one, byte[] body)
    {
        using var request = new HttpRequestMessage(new HttpMethod((string)one["method"]!), new Uri((string)one["path"]!, UriKind.Relative));
        if (request.Method != HttpMethod.Get)
        {
            request.Content = new ByteArrayContent(body);
            foreach (var (name, value) in one["reqHeaders"]!.AsObject())
            {
                request.Content.Headers.TryAddWithoutValidation(name, (string)value!);
            }
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, response.Content.Headers.ContentType?.ToString() ?? "", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static byte[] Body(string id, JsonNode one)
    {
        var recorded = (string?)one["reqBody"] ?? "";
        return id switch
        {
            "bad-pb" => [0xff, 0xff, 0xff, 0xff],
            "ok-gzip" => Compressed(Request("", ""), stream => new GZipStream(stream, CompressionLevel.Fastest)),
            "ok-deflate" => Compressed(Request("", ""), stream => new ZLibStream(stream, CompressionLevel.Fastest)),
            "big-21MB" => Encoding.UTF8.GetBytes(recorded + new string('n', 21 * Megabyte) + "\"}]}]}]}"),
            "big-6MB-trace" => Encoding.UTF8.GetBytes(recorded + new string('n', 6 * Megabyte) + "\"}]}]}]}"),
            _ when recorded.Length < 300 => Encoding.UTF8.GetBytes(recorded),
            _ => Request(id, recorded),
        };
    }

    private static byte[] Request(string id, string recorded)
    {
        var ids = recorded.Length == 0 ? null : Ids().Match(recorded);
        var time = recorded.Contains("\"startTimeUnixNano\": 1", StringComparison.Ordinal) ? "1795255200000000000" : "\"1795255200000000000\"";
        var text = "{\"resourceSpans\": [{\"resource\": {\"attributes\": [{\"key\": \"service.name\", \"value\": {\"stringValue\": \"otlpcheck\"}}]}, \"scopeSpans\": [{\"spans\": [{\"traceId\": \""
            + (ids?.Groups[1].Value ?? "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") + "\", \"spanId\": \"" + (ids?.Groups[2].Value ?? "bbbbbbbbbbbbbbbb")
            + $"\", \"name\": \"x\", \"startTimeUnixNano\": {time}, \"endTimeUnixNano\": \"1795255200000000001\"{Endings.GetValueOrDefault(id, "")}}}]}}]}}]}}";
        text.ShouldStartWith(recorded);
        return Encoding.UTF8.GetBytes(text);
    }

    private static byte[] Compressed(byte[] plain, Func<Stream, Stream> compression)
    {
        using var bytes = new MemoryStream();
        using (var stream = compression(bytes))
        {
            stream.Write(plain);
        }

        return bytes.ToArray();
    }

    private static async Task<(string Answer, RpcException? Error)> CallAsync(TraceService.TraceServiceClient client, string name, string message)
    {
        var size = Size().Match(message) is { Success: true } match ? int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : 2561645;
        var request = name.StartsWith("msg-", StringComparison.Ordinal) || name.StartsWith("burst-", StringComparison.Ordinal) ? Sized(size) : name == "empty" ? new() : Sized(200);
        var span = request.ResourceSpans.FirstOrDefault()?.ScopeSpans[0].Spans[0];
        switch (name)
        {
            case "zero-traceid": span!.TraceId = ByteString.CopyFrom(new byte[16]); break;
            case "zero-spanid": span!.SpanId = ByteString.CopyFrom(new byte[8]); break;
        }

        var headers = name switch
        {
            "ok-gzip" => new Metadata { { "grpc-internal-encoding-request", "gzip" } },
            "ok-tenant" => new Metadata { { Tenancy.Header, "team-a" } },
            "tenant-bad" => new Metadata { { Tenancy.Header, "a/b" } },
            "tenant-long" => new Metadata { { Tenancy.Header, new string('a', 151) } },
            "tenant-multi" => new Metadata { { Tenancy.Header, "a|b" } },
            _ => [],
        };
        try
        {
            var response = await client.ExportAsync(request, headers, cancellationToken: TestContext.Current.CancellationToken);
            return (response.PartialSuccess is { RejectedSpans: 0, ErrorMessage: "" } ? "ok" : response.ToString(), null);
        }
        catch (RpcException exception)
        {
            return ($"{(int)exception.StatusCode} {exception.Status.Detail}", exception);
        }
    }

    // One span whose name makes the request exactly so long.
    private static ExportTraceServiceRequest Sized(int bytes)
    {
        var span = new Span { TraceId = ByteString.CopyFrom([.. Enumerable.Repeat((byte)0xab, 16)]), SpanId = ByteString.CopyFrom([.. Enumerable.Repeat((byte)0xcd, 8)]), StartTimeUnixNano = 1, EndTimeUnixNano = 2 };
        var request = new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { Resource = new(), ScopeSpans = { new ScopeSpans { Scope = new(), Spans = { span } } } } } };
        for (var length = Math.Max(1, bytes - 70); request.CalculateSize() != bytes && length < bytes; length++)
        {
            span.Name = new string('n', length);
        }

        request.CalculateSize().ShouldBe(bytes);
        return request;
    }

    private static string Json(ExportTraceServiceRequest request)
    {
        var span = request.ResourceSpans[0].ScopeSpans[0].Spans[0];
        return $$"""{"resourceSpans":[{"resource":{},"scopeSpans":[{"scope":{},"spans":[{"traceId":"{{Convert.ToHexString(span.TraceId.Span)}}","spanId":"{{Convert.ToHexString(span.SpanId.Span)}}","name":"{{span.Name}}","startTimeUnixNano":"1","endTimeUnixNano":"2"}]}]}]}""";
    }

    [GeneratedRegex("\"traceId\": \"([^\"]*)\", \"spanId\": \"([^\"]*)\"")]
    private static partial Regex Ids();

    [GeneratedRegex(@"\((\d+) ")]
    private static partial Regex Size();
}
