using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace TempoCos.EndToEnd.Tests;

/// <summary>The dashboard's telemetry API: what it has received, as OTLP JSON.</summary>
public sealed class DashboardTelemetry : IDisposable
{
    private readonly HttpClient _http;

    public DashboardTelemetry(Uri dashboard, string apiKey)
    {
        _http = new HttpClient { BaseAddress = dashboard, Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Add("X-API-Key", apiKey);
    }

    /// <summary>Names of the resources that have sent anything.</summary>
    public async Task<IReadOnlyCollection<string>> ResourcesAsync() =>
        [.. (await GetAsync("resources")).EnumerateArray().Select(resource => resource.GetProperty("name").GetString()!).Distinct()];

    /// <summary>Spans by the resource that sent them.</summary>
    public async Task<ILookup<string, JsonElement>> SpansAsync(string traceId)
    {
        var answer = await GetAsync($"traces/{traceId}");
        return Elements(answer.GetProperty("data"), "resourceSpans")
            .SelectMany(resource => Elements(resource, "scopeSpans").SelectMany(scope => Elements(scope, "spans")).Select(span => (Name: ServiceName(resource), span)))
            .ToLookup(pair => pair.Name, pair => pair.span);
    }

    /// <summary>Asks until <paramref name="enough"/> is content with the answer, or fails with the last one.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> enough, Func<T, string> describe)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(250, TestContext.Current.CancellationToken))
        {
            var answer = await ask();
            if (enough(answer))
            {
                return answer;
            }

            waited.Elapsed.ShouldBeLessThan(RunningAppHost.Deadline, $"the dashboard only has {describe(answer)}");
        }
    }

    /// <summary>An answer as it comes.</summary>
    public async Task<string> TextAsync(string path) => await _http.GetStringAsync($"api/telemetry/{path}", TestContext.Current.CancellationToken);

    public void Dispose() => _http.Dispose();

    private static JsonElement[] Elements(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var array) ? [.. array.EnumerateArray()] : [];

    private static string ServiceName(JsonElement resourceSpans) => resourceSpans.GetProperty("resource").GetProperty("attributes").EnumerateArray()
        .Single(attribute => attribute.GetProperty("key").GetString() == "service.name").GetProperty("value").GetProperty("stringValue").GetString()!;

    private async Task<JsonElement> GetAsync(string path) =>
        await _http.GetFromJsonAsync<JsonElement>($"api/telemetry/{path}", TestContext.Current.CancellationToken);
}
