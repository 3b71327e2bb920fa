using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using TempoCos.Otlp;
using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Tempo;

/// <summary>Tempo's HTTP API at the query-frontend, and the ingester's flush.</summary>
internal sealed class TempoApi(HttpClient client, Uri queryFrontend, string tenant)
{
    public const string HttpClientName = "tempo";

    private const string Protobuf = "application/protobuf";

    /// <summary>The trace, or null when Tempo answers 404.</summary>
    /// <param name="id">Of the trace.</param>
    /// <param name="blocksOnly">Asks for what the object store holds, without the ingesters.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="HttpRequestException">Any other answer, or none.</exception>
    public async Task<TracesData?> FindTraceAsync(TraceId16 id, bool blocksOnly, CancellationToken ct)
    {
        using var response = await GetAsync($"api/traces/{id}{(blocksOnly ? "?mode=blocks" : "")}", Protobuf, ct);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        await EnsureAsync(response, ct);
        var trace = TracesData.Parser.ParseFrom(await response.Content.ReadAsByteArrayAsync(ct));
        return trace.ResourceSpans.Count > 0 ? trace : null;
    }

    /// <summary>The ids that a TraceQL search finds.</summary>
    public async Task<HashSet<TraceId16>> SearchAsync(string query, TimeRange range, long limit, CancellationToken ct)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"api/search?q={Uri.EscapeDataString(query)}&{range}&limit={limit}&spss=1");
        using var answer = await JsonAsync(path, ct);
        return answer.RootElement.TryGetProperty("traces", out var traces)
            ? [.. traces.EnumerateArray().Select(trace => TraceId16.Parse(trace.GetProperty("traceID").GetString()!))]
            : [];
    }

    /// <summary>The names of resource attributes.</summary>
    public async Task<HashSet<string>> ResourceTagsAsync(TimeRange range, CancellationToken ct)
    {
        using var answer = await JsonAsync($"api/v2/search/tags?scope=resource&{range}", ct);
        return answer.RootElement.TryGetProperty("scopes", out var scopes)
            ? [.. scopes.EnumerateArray().SelectMany(scope => scope.TryGetProperty("tags", out var tags) ? tags.EnumerateArray() : default(JsonElement.ArrayEnumerator)).Select(tag => tag.GetString()!)]
            : [];
    }

    /// <summary>The values of an attribute, as text.</summary>
    public async Task<HashSet<string>> TagValuesAsync(string tag, TimeRange range, CancellationToken ct)
    {
        using var answer = await JsonAsync($"api/v2/search/tag/{Uri.EscapeDataString(tag)}/values?{range}", ct);
        return answer.RootElement.TryGetProperty("tagValues", out var values)
            ? [.. values.EnumerateArray().Select(value => value.TryGetProperty("value", out var text) ? text.ToString() : "")]
            : [];
    }

    /// <summary>Whether somebody answers at all.</summary>
    public async Task EchoAsync(CancellationToken ct)
    {
        using var response = await GetAsync("api/echo", "*/*", ct);
    }

    /// <summary>The value of one of the query-frontend's own metrics for a tenant; null when it has none.</summary>
    public async Task<string?> MetricAsync(string name, string ofTenant, CancellationToken ct)
    {
        using var response = await GetAsync("metrics", "text/plain", ct);
        await EnsureAsync(response, ct);
        var text = await response.Content.ReadAsStringAsync(ct);
        return text.Split('\n').FirstOrDefault(line => line.StartsWith($"{name}{{", StringComparison.Ordinal) && line.Contains($"tenant=\"{ofTenant}\"", StringComparison.Ordinal))?.Split(' ')[^1].Trim();
    }

    /// <summary>Asks an ingester to write what it holds. It answers at once and works on.</summary>
    public async Task FlushAsync(Uri ingester, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(ingester, "flush"));
        using var response = await client.SendAsync(request, ct);
        await EnsureAsync(response, ct);
    }

    private async Task<JsonDocument> JsonAsync(string path, CancellationToken ct)
    {
        using var response = await GetAsync(path, "application/json", ct);
        await EnsureAsync(response, ct);
        return await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(ct), cancellationToken: ct);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string accept, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(queryFrontend, path));
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        if (tenant.Length > 0)
        {
            request.Headers.Add("X-Scope-OrgID", tenant);
        }

        return await client.SendAsync(request, ct);
    }

    private static async Task EnsureAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (!response.IsSuccessStatusCode)
        {
            var text = (await response.Content.ReadAsStringAsync(ct)).Trim();
            throw new HttpRequestException($"{response.RequestMessage?.RequestUri?.AbsolutePath} answered {(int)response.StatusCode} {(text.Length > 200 ? text[..200] : text)}".TrimEnd(), null, response.StatusCode);
        }
    }
}
