using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using TempoCos.Otlp;
using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.Jaeger;

/// <summary>Asks Tempo over HTTP; the caller's tenant and token go along.</summary>
public sealed class TempoClient(Uri tempo, bool overHttp2 = false) : IDisposable
{
    private static readonly string[] Passed = [Tenancy.Header, "Authorization"];
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(3), UseProxy = false }) { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>The trace, or null when Tempo does not have it.</summary>
    public async Task<TracesData?> FindTraceAsync(HttpContext context, string id)
    {
        using var response = await SendAsync(context, $"api/traces/{Uri.EscapeDataString(id)}", HttpText.Protobuf);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        await CheckAsync(response);
        return TracesData.Parser.ParseFrom(await response.Content.ReadAsByteArrayAsync(context.RequestAborted));
    }

    /// <summary>The values of a tag.</summary>
    public async Task<IReadOnlyList<string>> TagValuesAsync(HttpContext context, string tag, long start, long end)
    {
        using var json = await JsonAsync(context, $"api/search/tag/{Uri.EscapeDataString(tag)}/values?start={start}&end={end}");
        return [.. json.RootElement.GetProperty("tagValues").EnumerateArray().Select(value => value.GetString()!)];
    }

    /// <summary>Ids of traces that match.</summary>
    public async Task<IReadOnlyList<string>> SearchAsync(HttpContext context, string query)
    {
        using var json = await JsonAsync(context, "api/search?" + query);
        return json.RootElement.TryGetProperty("traces", out var traces)
            ? [.. traces.EnumerateArray().Select(trace => trace.GetProperty("traceID").GetString()!)]
            : [];
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonDocument> JsonAsync(HttpContext context, string path)
    {
        using var response = await SendAsync(context, path, HttpText.Json);
        await CheckAsync(response);
        return await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(context.RequestAborted), cancellationToken: context.RequestAborted);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpContext context, string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(tempo, path));
        if (overHttp2)
        {
            // In the clear nobody negotiates: both sides have to know.
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }

        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        foreach (var name in Passed)
        {
            if (context.Request.Headers.TryGetValue(name, out var value))
            {
                request.Headers.TryAddWithoutValidation(name, value.ToString());
            }
        }

        return await _http.SendAsync(request, context.RequestAborted);
    }

    private static async Task CheckAsync(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode)
        {
            var text = (await response.Content.ReadAsStringAsync()).Trim();
            throw new HttpFailureException((int)response.StatusCode is >= 400 and < 500 ? (int)response.StatusCode : 500, $"tempo answered {(int)response.StatusCode}: {text}");
        }
    }
}
