using System.Net;
using System.Security.Authentication;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using TempoCos.Contracts;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Jaeger;
using TempoCos.Tempo.Tests.Tls;

namespace TempoCos.Tempo.Tests;

/// <summary>Jaeger's HTTP API over Tempo's.</summary>
public sealed class JaegerTests
{
    [Fact]
    public async Task Services_operations_and_traces_have_Jaegers_shapes()
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory);
        await using var jaeger = JaegerApp.Create(new(tempo.Address(ListenerRole.Http), "127.0.0.1", 0));
        await jaeger.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new(jaeger.Urls.First()) };
        var traces = Sending.Traces(4);
        await Sending.SendAsync(tempo.Address(ListenerRole.OtlpGrpc), traces);
        await Eventually.TrueAsync("services are listed", async () => (await GetAsync(http, "/api/services")).GetProperty("data").GetArrayLength() > 0);

        var root = traces[0].ResourceSpans.SelectMany(batch => batch.ScopeSpans.SelectMany(scope => scope.Spans.Select(span => (batch, span)))).First(pair => pair.span.ParentSpanId.IsEmpty);
        var service = root.batch.Resource.Attributes.First(attribute => attribute.Key == "service.name").Value.StringValue;
        Strings(await GetAsync(http, "/api/services")).ShouldContain(service);
        Strings(await GetAsync(http, $"/api/services/{service}/operations")).ShouldContain(root.span.Name);

        var found = (await GetAsync(http, $"/api/traces?service={Uri.EscapeDataString(service)}&operation={Uri.EscapeDataString(root.span.Name)}")).GetProperty("data");
        found.EnumerateArray().Select(trace => trace.GetProperty("traceID").GetString()).ShouldContain(Sending.Id(traces[0]));
        (await GetAsync(http, "/api/traces?service=nobody")).GetProperty("data").GetArrayLength().ShouldBe(0);

        var one = (await GetAsync(http, $"/api/traces/{Sending.Id(traces[0])}")).GetProperty("data")[0];
        one.GetProperty("spans").GetArrayLength().ShouldBe(traces[0].ResourceSpans.Sum(batch => batch.ScopeSpans.Sum(scope => scope.Spans.Count)));
        var span = one.GetProperty("spans").EnumerateArray().First(candidate => candidate.GetProperty("references").GetArrayLength() == 0);
        span.GetProperty("startTime").GetInt64().ShouldBe((long)(root.span.StartTimeUnixNano / 1000));
        one.GetProperty("processes").GetProperty(span.GetProperty("processID").GetString()!).GetProperty("serviceName").GetString().ShouldBe(service);
    }

    [Theory]
    [InlineData("/api/traces", 400, "parameter 'service' is required")]
    [InlineData("/api/traces/0123456789abcdef0123456789abcdef", 404, "trace not found")]
    [InlineData("/api/traces/nothex", 400, "cannot parse traceID 'nothex': 1 to 32 hexadecimal digits are expected")]
    [InlineData("/api/traces?service=a&tag=b", 400, "malformed 'tag' parameter, expecting key:value, received: b")]
    public async Task Errors_come_in_the_envelope(string path, int status, string message)
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory);
        await using var jaeger = JaegerApp.Create(new(tempo.Address(ListenerRole.Http), "127.0.0.1", 0));
        await jaeger.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new(jaeger.Urls.First()) };

        using var response = await http.GetAsync(path, TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe((HttpStatusCode)status);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        json.RootElement.GetProperty("data").ValueKind.ShouldBe(JsonValueKind.Null);
        json.RootElement.GetProperty("errors")[0].GetProperty("msg").GetString().ShouldBe(message);
    }

    [Fact]
    public void Flags_of_the_real_one_are_taken_and_others_refused_by_name()
    {
        using var directory = new TemporaryDirectory();
        using var authority = new TestAuthority();
        authority.WriteTo(directory, "localhost");
        string[] tls = ["--grpc-storage.server=localhost:7777", "--query.http.tls.enabled", $"--query.http.tls.cert={directory["tls.crt"]}", $"--query.http.tls.key={directory["tls.key"]}"];

        JaegerOptions.Parse(tls)!.Tls!.Versions.ShouldBe(SslProtocols.Tls12 | SslProtocols.Tls13);
        JaegerOptions.Parse([.. tls, "--query.http.tls.min-version=1.3"])!.Tls!.Versions.ShouldBe(SslProtocols.Tls13);
        Should.Throw<DiagnosticException>(() => JaegerOptions.Parse([.. tls, "--query.http.tls.min-version=2"])).Message.ShouldContain("--query.http.tls.min-version");
        Should.Throw<DiagnosticException>(() => JaegerOptions.Parse(["--nonsense"])).Message.ShouldContain("--nonsense");
        JaegerOptions.Parse(["--help"]).ShouldBeNull();
    }

    private static async Task<JsonElement> GetAsync(HttpClient http, string path)
    {
        using var json = JsonDocument.Parse(await http.GetStringAsync(path, TestContext.Current.CancellationToken));
        return json.RootElement.Clone();
    }

    private static IEnumerable<string?> Strings(JsonElement answer) => answer.GetProperty("data").EnumerateArray().Select(value => value.GetString());
}
