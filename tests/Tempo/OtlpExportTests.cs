using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using TempoCos.Otlp;
using TempoCos.Tempo.Http;
using TempoCos.Traces.Comparison;
using StatusCode = Grpc.Core.StatusCode;

namespace TempoCos.Tempo.Tests;

/// <summary>OTLP as other people's clients speak it.</summary>
public sealed class OtlpExportTests
{
    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task The_SDKs_exporter_delivers_spans_that_come_back_by_id(OtlpExportProtocol protocol)
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory);
        var endpoint = protocol == OtlpExportProtocol.Grpc ? tempo.Address(ListenerRole.OtlpGrpc) : new Uri(tempo.Address(ListenerRole.OtlpHttp), "v1/traces");
        var name = $"tempo-tests-{protocol}";
        using var source = new ActivitySource(name);
        string id;
        using (var provider = Sdk.CreateTracerProviderBuilder()
            .AddSource(name)
            .ConfigureResource(resource => resource.Clear().AddService("exporting"))
            .AddOtlpExporter(options => (options.Endpoint, options.Protocol, options.ExportProcessorType) = (endpoint, protocol, ExportProcessorType.Simple))
            .Build())
        {
            using var root = source.StartActivity("outer", ActivityKind.Server)!;
            root.SetTag("answer", 42);
            using (source.StartActivity("inner")!.AddEvent(new ActivityEvent("happened")))
            {
                id = root.TraceId.ToHexString();
            }

            root.Stop();
            provider.ForceFlush(30_000).ShouldBeTrue();
        }

        var trace = await Sending.GetAsync(tempo.Http, $"/api/traces/{id}");
        var spans = trace.ResourceSpans.SelectMany(batch => batch.ScopeSpans).SelectMany(scope => scope.Spans).ToDictionary(span => span.Name);
        spans.Keys.ShouldBe(["inner", "outer"], ignoreOrder: true);
        spans["inner"].ParentSpanId.ShouldBe(spans["outer"].SpanId);
        spans["inner"].Events.ShouldHaveSingleItem().Name.ShouldBe("happened");
        spans["outer"].Attributes.ShouldContain(attribute => attribute.Key == "answer" && attribute.Value.IntValue == 42);
        (await tempo.Http.GetAsync("/api/traces/0123456789abcdef0123456789abcdef", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_trace_comes_back_equal_and_in_Tempos_JSON()
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory);
        var sent = Sending.Traces(3);
        await Sending.SendAsync(tempo.Address(ListenerRole.OtlpGrpc), sent);

        foreach (var trace in sent)
        {
            var got = await Sending.GetAsync(tempo.Http, $"/api/traces/{Sending.Id(trace)}");
            TraceDiff.Compare(trace, got).ShouldBeEmpty();
            TraceDiff.Compare(sent.First(other => other != trace), got).ShouldNotBeEmpty();
        }

        using var json = JsonDocument.Parse(await tempo.Http.GetStringAsync($"/api/v2/traces/{Sending.Id(sent[0])}", TestContext.Current.CancellationToken));
        var span = json.RootElement.GetProperty("trace").GetProperty("resourceSpans")[0].GetProperty("scopeSpans")[0].GetProperty("spans")[0];
        Convert.ToHexStringLower(span.GetProperty("traceId").GetBytesFromBase64()).ShouldBe(Sending.Id(sent[0]));
        span.GetProperty("startTimeUnixNano").ValueKind.ShouldBe(JsonValueKind.String);
        (await tempo.Http.GetStringAsync("/api/v2/traces/0123456789abcdef0123456789abcdef", TestContext.Current.CancellationToken)).ShouldBe("""{"trace":{},"metrics":{}}""");
    }

    [Fact]
    public async Task Bad_ids_and_oversized_messages_are_refused_as_a_whole()
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory);
        using var channel = GrpcChannel.ForAddress(tempo.Address(ListenerRole.OtlpGrpc));
        var client = new TraceService.TraceServiceClient(channel);
        var zeroId = Sending.Traces(1)[0].Clone();
        zeroId.ResourceSpans[0].ScopeSpans[0].Spans[0].TraceId = Google.Protobuf.ByteString.CopyFrom(new byte[16]);
        var huge = Sending.Traces(1)[0].Clone();
        huge.ResourceSpans[0].ScopeSpans[0].Spans[0].Name = new string('x', 5 * 1024 * 1024);

        (await RefusedAsync(client, zeroId)).ShouldBe((StatusCode.InvalidArgument, "trace ids must be 128 bit, received 0 bits"));
        (await RefusedAsync(client, huge)).Code.ShouldBe(StatusCode.ResourceExhausted);
        (await tempo.Http.GetAsync($"/api/traces/{Sending.Id(Sending.Traces(1)[0])}", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_rate_limit_answers_resource_exhausted_and_is_counted()
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory, "overrides: {defaults: {ingestion: {rate_limit_bytes: 500, burst_size_bytes: 500}}}");
        using var channel = GrpcChannel.ForAddress(tempo.Address(ListenerRole.OtlpGrpc));

        var (code, message) = await RefusedAsync(new(channel), Sending.Traces(1)[0]);

        code.ShouldBe(StatusCode.ResourceExhausted);
        message.ShouldStartWith("RATE_LIMITED: batch size (");
        (await tempo.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).ShouldContain("tempo_discarded_spans_total{reason=\"rate_limited\",tenant=\"single-tenant\"}");
    }

    [Theory]
    [InlineData("application/json", """{"resourceSpans":[]}""", 200, """{"partialSuccess":{}}""")]
    [InlineData("application/json", "{nope", 400, null)]
    [InlineData("text/plain", "{}", 415, "415 unsupported media type, supported: [application/json, application/x-protobuf]")]
    [InlineData("application/json", """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"aa","spanId":"bbbbbbbbbbbbbbbb"}]}]}]}""", 400, null)]
    public async Task OTLP_over_HTTP_answers_as_the_collectors_receiver(string type, string body, int status, string? answer)
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory);
        using var content = new StringContent(body, Encoding.UTF8, type);

        using var response = await tempo.Http.PostAsync(new Uri(tempo.Address(ListenerRole.OtlpHttp), "v1/traces"), content, TestContext.Current.CancellationToken);

        ((int)response.StatusCode).ShouldBe(status);
        if (answer is not null)
        {
            (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe(answer);
        }
    }

    private static async Task<(StatusCode Code, string Message)> RefusedAsync(TraceService.TraceServiceClient client, TracesData trace)
    {
        var failure = await Should.ThrowAsync<RpcException>(async () => await client.ExportAsync(new() { ResourceSpans = { trace.ResourceSpans } }));
        return (failure.StatusCode, failure.Status.Detail);
    }
}
