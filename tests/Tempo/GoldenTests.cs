using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using TempoCos.Otlp;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Tests;

/// <summary>Requests recorded from the real Tempo, asked again of this one over the same blocks.</summary>
public sealed class GoldenTests
{
    // Why an answer need not be the recorded one.
    private static readonly Dictionary<string, string> Loose = new()
    {
        ["search-limit1"] = "the limit takes any traces",
        ["search-nolimit"] = "the limit takes any traces",
        ["search-emptyq"] = "the limit takes any traces",
        ["gzip-search"] = "the limit takes any traces",
        ["err-method"] = "the limit takes any traces",
        ["err-q-metrics-in-search"] = "the limit takes any traces",
        ["tags-v1-limit"] = "the limit takes any names",
        ["tags-v2-limit"] = "the limit takes any names",
        ["tagvals-v1-limit"] = "the limit takes any values",
        ["tagvals-v2-limit"] = "the limit takes any values",
        ["tags-v1-all"] = "names of some dedicated columns are missing in the recorded answer, although queries find them",
        ["tags-v1-none"] = "names of some dedicated columns are missing in the recorded answer, although queries find them",
        ["tags-v1-span"] = "names of some dedicated columns are missing in the recorded answer, although queries find them",
        ["tags-v2-all"] = "names of some dedicated columns are missing in the recorded answer, although queries find them",
        ["tagvals-v2-span-url-path"] = "values of dedicated columns are missing in the recorded answer, although queries find them",
        ["status-api-status-buildinfo"] = "another build",
        ["status-status-overrides"] = "a page of another build",
    };

    [Fact]
    public async Task Recorded_requests_are_answered_as_recorded()
    {
        var corpus = GoldenCorpus.Folder();
        using var directory = new TemporaryDirectory();
        Copy(Path.Combine(corpus, "blocks", "vp4-level1"), directory["blocks"]);
        await using var tempo = await SingleProcess.StartAsync(
            directory,
            """
            query_frontend: {search: {query_backend_after: 0s, max_duration: 0s}, metrics: {max_duration: 0s}}
            compactor: {compaction: {block_retention: 80000h, compacted_block_retention: 80000h}, disabled: true}
            """);
        await Eventually.TrueAsync("the blocks are listed", async () => (await tempo.Http.GetStringAsync("/metrics")).Contains("tempodb_blocklist_length{tenant=\"single-tenant\"} 2", StringComparison.Ordinal));

        var compared = 0;
        var differences = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(corpus, "http", "vp4-level1"), "*.json").Order(StringComparer.Ordinal))
        {
            var recorded = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
            if (recorded["transportError"] is null && !Loose.ContainsKey((string)recorded["id"]!))
            {
                compared++;
                if (await DifferenceAsync(tempo.Http, recorded) is { } difference)
                {
                    differences.Add($"{recorded["id"]}: {difference}");
                }
            }
        }

        compared.ShouldBeGreaterThan(200);
        differences.ShouldBeEmpty();
    }

    private static async Task<string?> DifferenceAsync(HttpClient http, JsonNode recorded)
    {
        var query = (string)recorded["query"]!;
        using var request = new HttpRequestMessage(new HttpMethod((string)recorded["method"]!), new Uri((string)recorded["path"]! + (query.Length > 0 ? "?" + query : ""), UriKind.Relative));
        foreach (var (name, value) in recorded["headers"] as JsonObject ?? [])
        {
            request.Headers.TryAddWithoutValidation(name, (string)value!);
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var body = System.Text.Encoding.UTF8.GetString(bytes);
        var status = (int)recorded["status"]!;
        if ((int)response.StatusCode != status)
        {
            return $"{(int)response.StatusCode} instead of {status}: {body}";
        }

        if (recorded["bodyJson"] is { } expected)
        {
            var (got, want) = (Canonical(JsonNode.Parse(body)), Canonical(expected));
            return got == want ? null : $"got {Around(got, want)}, want {Around(want, got)}";
        }

        if (recorded["bodyBase64"] is { } encoded && (response.Content.Headers.ContentType?.MediaType ?? "").Contains("protobuf", StringComparison.Ordinal))
        {
            return ProtobufDifference(recorded, Convert.FromBase64String((string)encoded!), bytes);
        }

        return status >= 400 && recorded["bodyText"] is { } text && (string)text! != body ? $"'{body}' instead of '{text}'" : null;
    }

    // Field by field: the same messages, in whatever order.
    private static string? ProtobufDifference(JsonNode recorded, byte[] wanted, byte[] got)
    {
        var path = (string)recorded["path"]!;
        var (a, b) = path.Contains("/v2/traces/", StringComparison.Ordinal) ? (Json(TraceByIdAnswer.Parser.ParseFrom(wanted)), Json(TraceByIdAnswer.Parser.ParseFrom(got)))
            : path.Contains("/traces/", StringComparison.Ordinal) ? (Json(TracesData.Parser.ParseFrom(wanted)), Json(TracesData.Parser.ParseFrom(got)))
            : (Json(SearchResponse.Parser.ParseFrom(wanted)), Json(SearchResponse.Parser.ParseFrom(got)));
        return a == b ? null : $"got {Around(b, a)}, want {Around(a, b)}";

        static string Json(IMessage message) => Canonical(JsonNode.Parse(JsonFormatter.Default.Format(message)));
    }

    // Orders are not promised; the metrics say what it cost.
    private static string Canonical(JsonNode? node) => node switch
    {
        JsonObject map => "{" + string.Join(',', map.Where(pair => pair.Key != "metrics").OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}:{Canonical(pair.Value)}")) + "}",
        JsonArray list => "[" + string.Join(',', list.Select(Canonical).Order(StringComparer.Ordinal)) + "]",
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => value.GetValue<double>().ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        null => "null",
        _ => node.GetValueKind() == JsonValueKind.String ? $"'{(string)node!}'" : node.ToJsonString(),
    };

    private static string Around(string text, string other)
    {
        var at = text.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count();
        return text[Math.Max(0, at - 80)..Math.Min(text.Length, at + 160)];
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using var source = File.OpenRead(file);
            using var copy = File.Create(target);
            source.CopyTo(copy);
        }
    }
}
