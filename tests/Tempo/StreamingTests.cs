using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Wire.Health;
using TempoCos.Tempo.Wire.Streaming;

namespace TempoCos.Tempo.Tests;

/// <summary>The query-frontend's gRPC API, at both ports.</summary>
public sealed class StreamingTests
{
    private const string Extra =
        """
        stream_over_http_enabled: true
        query_frontend: {search: {query_backend_after: 0s}}
        """;

    [Theory]
    [InlineData(ListenerRole.Grpc)]
    [InlineData(ListenerRole.Http)]
    public async Task Answers_are_those_of_the_http_api(ListenerRole port)
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory, Extra);
        var traces = Sending.Traces(5);
        await Sending.SendAsync(tempo.Address(ListenerRole.OtlpGrpc), traces);
        await tempo.Http.GetAsync("/flush", TestContext.Current.CancellationToken);
        await Eventually.TrueAsync("the block is listed", async () => (await tempo.Http.GetAsync($"/api/traces/{Sending.Id(traces[4])}?mode=blocks")).IsSuccessStatusCode);
        using var channel = GrpcChannel.ForAddress(tempo.Address(port));
        var client = new StreamingQuerier.StreamingQuerierClient(channel);
        var (start, end) = ((uint)DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeSeconds(), (uint)DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeSeconds());

        var found = await ReadAsync(client.Search(new() { Query = "{}", Start = start, End = end, Limit = 100 }));
        found.SelectMany(answer => answer.Traces).Select(trace => trace.TraceId).Distinct().Order(StringComparer.Ordinal)
            .ShouldBe(traces.Select(trace => Sending.Id(trace).TrimStart('0')).Order(StringComparer.Ordinal));
        found[^1].Metrics.CompletedJobs.ShouldBe(found[^1].Metrics.TotalJobs);
        (await ReadAsync(client.Search(new() { Query = "{ name = \"nope\" }", Start = start, End = end }))).SelectMany(answer => answer.Traces).ShouldBeEmpty();
        (await ReadAsync(client.Search(new() { Tags = { ["service.name"] = "no such" }, Start = start, End = end }))).SelectMany(answer => answer.Traces).ShouldBeEmpty();
        (await ReadAsync(client.Search(new() { Query = "{}", Start = start, End = end, Limit = 2 })))[^1].Traces.Count.ShouldBeLessThanOrEqualTo(2);

        var http = JsonNode.Parse(await tempo.Http.GetStringAsync($"/api/v2/search/tags?start={start}&end={end}", TestContext.Current.CancellationToken))!;
        var scopes = (await ReadAsync(client.SearchTagsV2(new() { Start = start, End = end }))).ShouldHaveSingleItem().Scopes;
        scopes.Select(scope => $"{scope.Name}:{string.Join(',', scope.Tags)}").ShouldBe(http["scopes"]!.AsArray().Select(scope => $"{scope!["name"]}:{string.Join(',', scope["tags"]!.AsArray())}"));
        (await ReadAsync(client.SearchTags(new() { Start = start, End = end, Scope = "resource" })))[0].TagNames.ShouldContain("service.name");
        var texts = (await ReadAsync(client.SearchTagValues(new() { TagName = "service.name", Start = start, End = end })))[0].TagValues;
        (await ReadAsync(client.SearchTagValuesV2(new() { TagName = "resource.service.name", Start = start, End = end })))[0].TagValues.Select(value => value.Value).Order(StringComparer.Ordinal)
            .ShouldBe(texts.Order(StringComparer.Ordinal));
        texts.ShouldNotBeEmpty();
        (await ReadAsync(client.MetricsQueryRange(new() { Query = "{} | rate()", Start = start * 1_000_000_000UL, End = end * 1_000_000_000UL })))[^1].Series.ShouldBeEmpty();
        (await ReadAsync(client.MetricsQueryInstant(new() { Query = "{} | rate()", Start = start * 1_000_000_000UL, End = end * 1_000_000_000UL })))[^1].Metrics.CompletedJobs.ShouldBe(1u);
    }

    [Fact]
    public async Task Mistakes_are_invalid_arguments_with_the_texts_of_the_http_api()
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory, Extra);
        using var channel = GrpcChannel.ForAddress(tempo.Address(ListenerRole.Grpc));
        var client = new StreamingQuerier.StreamingQuerierClient(channel);

        (await FailureAsync(() => ReadAsync(client.Search(new() { Query = "{ bad }", Start = 10, End = 20 })))).ShouldBe(
            (StatusCode.InvalidArgument, "invalid TraceQL query: parse error at line 1, col 3: unknown identifier: bad"));
        (await FailureAsync(() => ReadAsync(client.Search(new() { Query = "{}", Start = 20, End = 10 })))).ShouldBe(
            (StatusCode.InvalidArgument, "http parameter start must be before end. received start=20 end=10"));
        (await FailureAsync(() => ReadAsync(client.SearchTagsV2(new() { Scope = "bogus" })))).ShouldBe((StatusCode.InvalidArgument, "invalid scope: bogus"));
        (await FailureAsync(() => ReadAsync(client.MetricsQueryRange(new() { Query = "{}", Start = 1_700_000_000_000_000_000, End = 1_700_000_600_000_000_000 })))).ShouldBe(
            (StatusCode.InvalidArgument, "not a metrics query"));
    }

    [Fact]
    public async Task Tenants_come_in_the_metadata()
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory, Extra + "\nmultitenancy_enabled: true");
        using var channel = GrpcChannel.ForAddress(tempo.Address(ListenerRole.Grpc));
        var client = new StreamingQuerier.StreamingQuerierClient(channel);
        (await FailureAsync(() => ReadAsync(client.SearchTagsV2(new())))).Message.ShouldBe("no org id");
        await ReadAsync(client.SearchTagsV2(new(), new Metadata { { "x-scope-orgid", "a" } }));
    }

    [Fact]
    public async Task The_http_port_speaks_grpc_only_when_it_is_told_to()
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory);
        using var channel = GrpcChannel.ForAddress(tempo.Address(ListenerRole.Http));
        (await FailureAsync(() => ReadAsync(new StreamingQuerier.StreamingQuerierClient(channel).SearchTagsV2(new())))).Code.ShouldNotBe(StatusCode.OK);
        (await tempo.Http.GetStringAsync("/ready", TestContext.Current.CancellationToken)).ShouldBe("ready\n");
    }

    [Fact]
    public async Task Health_is_served()
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory);
        using var channel = GrpcChannel.ForAddress(tempo.Address(ListenerRole.Grpc));
        var answer = await new Health.HealthClient(channel).CheckAsync(new(), cancellationToken: TestContext.Current.CancellationToken);
        answer.Status.ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);
    }

    private static async Task<List<T>> ReadAsync<T>(AsyncServerStreamingCall<T> call)
    {
        using (call)
        {
            return await call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        }
    }

    private static async Task<(StatusCode Code, string Message)> FailureAsync(Func<Task> ask)
    {
        var failure = await Should.ThrowAsync<RpcException>(ask);
        return (failure.StatusCode, failure.Status.Detail);
    }
}
