using System.Net;
using System.Text.Json;
using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Tempo;

/// <summary>jaeger-query's HTTP API.</summary>
internal sealed class JaegerApi(HttpClient client, Uri address)
{
    /// <summary>Whether the trace is there: spans in the answer, or 404.</summary>
    /// <exception cref="HttpRequestException">Any other answer, or none.</exception>
    public async Task<bool> HasTraceAsync(TraceId16 id, CancellationToken ct)
    {
        using var response = await client.GetAsync(new Uri(address, $"api/traces/{id}"), ct);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }

        using var answer = await ReadAsync(response, ct);
        return answer.RootElement.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array
            && data.EnumerateArray().Any(trace => trace.TryGetProperty("spans", out var spans) && spans.ValueKind == JsonValueKind.Array && spans.GetArrayLength() > 0);
    }

    /// <summary>The names of the services that Jaeger knows.</summary>
    public async Task<HashSet<string>> ServicesAsync(CancellationToken ct)
    {
        using var response = await client.GetAsync(new Uri(address, "api/services"), ct);
        using var answer = await ReadAsync(response, ct);
        return answer.RootElement.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array
            ? [.. data.EnumerateArray().Select(service => service.GetString() ?? "")]
            : [];
    }

    private static async Task<JsonDocument> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"Jaeger's {response.RequestMessage?.RequestUri?.AbsolutePath} answered {(int)response.StatusCode}", null, response.StatusCode);
        }

        return await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(ct), cancellationToken: ct);
    }
}
