using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using TempoCos.Contracts;
using TempoCos.Otlp;

namespace TempoCos.TraceGenerator.Tests;

public sealed class AccountingTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_span_of_a_willing_server_is_accepted_and_arrives_once()
    {
        await using var server = await OtlpReceiver.StartAsync(Ct);
        await using var generator = await GeneratorProgram.StartAsync(Ct);
        var generated = await generator.GenerateAsync(new GenerateRequest { OtlpEndpoint = server.Address, Count = 250, Seed = 1 }, Ct);

        var spans = server.Received.SelectMany(OtlpReceiver.Spans).ToList();
        spans.Select(span => span.SpanId).ShouldBeUnique();
        spans.Select(span => span.TraceId).Distinct().Count().ShouldBe(250);
        generated.Account.ShouldBe(new DeliveryAccount { SentSpans = spans.Count, AcceptedSpans = spans.Count, Requests = 3 });
        generated.Manifest.Spans.ShouldBe(spans.Count);
        generator.Events.Select(stageEvent => stageEvent.Step).Distinct().ShouldBe(["otlp-endpoint", "traces"]);
        generator.Events[^1].State.ShouldBe(StepState.Succeeded);
    }

    [Fact]
    public async Task Partial_success_is_rejected_and_not_sent_again()
    {
        await using var server = await OtlpReceiver.StartAsync(
            (_, _, _) => new ExportTraceServiceResponse { PartialSuccess = new ExportTracePartialSuccess { RejectedSpans = 3, ErrorMessage = "too large" } }, Ct);
        await using var generator = await GeneratorProgram.StartAsync(Ct);
        var account = (await generator.GenerateAsync(new GenerateRequest { OtlpEndpoint = server.Address }, Ct)).Account;

        account.RejectedSpans.ShouldBe(3);
        account.AcceptedSpans.ShouldBe(account.SentSpans - 3);
        account.Errors.ShouldHaveSingleItem().ShouldContain("too large");
        server.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Resource_exhausted_is_retried_after_as_long_as_the_server_asks_until_it_is_taken()
    {
        await using var server = await OtlpReceiver.StartAsync((_, _, number) => number <= 2 ? throw Exhausted(TimeSpan.FromMilliseconds(30)) : new ExportTraceServiceResponse(), Ct);
        await using var generator = await GeneratorProgram.StartAsync(Ct);
        var account = (await generator.GenerateAsync(new GenerateRequest { OtlpEndpoint = server.Address }, Ct)).Account;

        account.AcceptedSpans.ShouldBe(account.SentSpans);
        (account.Requests, account.Retries).ShouldBe((3, 2));
        server.Received.Distinct().Count().ShouldBe(1, "the same request each time");
    }

    [Fact]
    public async Task Resource_exhausted_for_ever_is_dropped_after_bounded_retries()
    {
        await using var server = await OtlpReceiver.StartAsync((_, _, _) => throw Exhausted(TimeSpan.Zero), Ct);
        await using var generator = await GeneratorProgram.StartAsync(Ct, ("Generator:MaxAttempts", "3"), ("Generator:MaxTracesPerRequest", "5"));
        var account = (await generator.GenerateAsync(new GenerateRequest { OtlpEndpoint = server.Address, Count = 50, Concurrency = 1 }, Ct)).Account;

        account.DroppedSpans.ShouldBe(account.SentSpans);
        account.Requests.ShouldBe(3 + 9, "full patience once, then one attempt each");
        account.Errors.ShouldHaveSingleItem().ShouldContain("RATE_LIMITED");
    }

    [Fact]
    public async Task A_request_above_the_servers_size_limit_is_dropped_at_once()
    {
        await using var server = await OtlpReceiver.StartAsync(
            (_, _, _) => throw new RpcException(new Grpc.Core.Status(StatusCode.ResourceExhausted, "grpc: received message larger than max (9 vs. 4)")), Ct);
        await using var generator = await GeneratorProgram.StartAsync(Ct);
        var account = (await generator.GenerateAsync(new GenerateRequest { OtlpEndpoint = server.Address }, Ct)).Account;
        (account.DroppedSpans, account.Requests).ShouldBe((account.SentSpans, 1));
    }

    [Fact]
    public async Task A_connection_that_breaks_after_the_request_was_taken_is_unknown_and_not_sent_again()
    {
        await using var server = await OtlpReceiver.StartAsync((_, context, number) => number == 1 ? OtlpReceiver.Break(context) : new ExportTraceServiceResponse(), Ct);
        await using var generator = await GeneratorProgram.StartAsync(Ct, ("Generator:MaxTracesPerRequest", "5"));
        var account = (await generator.GenerateAsync(new GenerateRequest { OtlpEndpoint = server.Address, Count = 20, Concurrency = 1 }, Ct)).Account;

        var broken = OtlpReceiver.Spans(server.Received[0]).Count();
        account.UnknownSpans.ShouldBe(broken);
        account.AcceptedSpans.ShouldBe(account.SentSpans - broken);
        account.Retries.ShouldBe(0);
        server.Received.SelectMany(OtlpReceiver.Spans).Select(span => span.SpanId).ShouldBeUnique();
    }

    [Fact]
    public async Task A_distributor_that_knows_no_ingester_yet_took_nothing_and_is_asked_again()
    {
        await using var server = await OtlpReceiver.StartAsync((_, _, number) => number == 1 ? throw Unavailable("DoBatch: InstancesCount <= 0") : new ExportTraceServiceResponse(), Ct);
        await using var generator = await GeneratorProgram.StartAsync(Ct);
        var account = (await generator.GenerateAsync(new GenerateRequest { OtlpEndpoint = server.Address }, Ct)).Account;
        (account.AcceptedSpans, account.Retries).ShouldBe((account.SentSpans, 1));

        await using var other = await OtlpReceiver.StartAsync((_, _, _) => throw Unavailable("at least 2 live replicas required, could only find 1"), Ct);
        account = (await generator.GenerateAsync(new GenerateRequest { OtlpEndpoint = other.Address }, Ct)).Account;
        (account.UnknownSpans, account.Retries).ShouldBe((account.SentSpans, 0), "any other may have taken a part");
    }

    [Fact]
    public async Task What_the_server_refuses_for_good_is_dropped_without_a_retry()
    {
        await using var server = await OtlpReceiver.StartAsync((_, _, _) => throw new RpcException(new Grpc.Core.Status(StatusCode.InvalidArgument, "bad span")), Ct);
        await using var generator = await GeneratorProgram.StartAsync(Ct);
        var account = (await generator.GenerateAsync(new GenerateRequest { OtlpEndpoint = server.Address }, Ct)).Account;
        (account.DroppedSpans, account.Requests).ShouldBe((account.SentSpans, 1));
    }

    [Fact]
    public async Task A_server_that_goes_away_between_requests_costs_drops_never_doubles()
    {
        var server = await OtlpReceiver.StartAsync(Ct);
        await using var generator = await GeneratorProgram.StartAsync(Ct, ("Generator:MaxTracesPerRequest", "1"), ("Generator:MaxAttempts", "2"));
        var running = generator.GenerateAsync(new GenerateRequest { OtlpEndpoint = server.Address, Count = 100, Concurrency = 1, TracesPerSecond = 200 }, Ct);
        while (server.Received.Count == 0 && !running.IsCompleted)
        {
            await Task.Delay(5, Ct);
        }

        await server.DisposeAsync();
        var account = (await running).Account;
        account.DroppedSpans.ShouldBeGreaterThan(0);
        (account.AcceptedSpans + account.DroppedSpans + account.UnknownSpans).ShouldBe(account.SentSpans);
        server.Received.SelectMany(OtlpReceiver.Spans).Select(span => span.SpanId).ShouldBeUnique();
    }

    private static RpcException Unavailable(string detail) => new(new Grpc.Core.Status(StatusCode.Unavailable, detail));

    private static RpcException Exhausted(TimeSpan retryAfter) => new Google.Rpc.Status
    {
        Code = (int)StatusCode.ResourceExhausted,
        Message = "RATE_LIMITED: ingestion rate limit exceeded",
        Details = { Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(retryAfter) }) },
    }.ToRpcException();
}
