using Grpc.Core;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.QueryVerifier.Bucket;
using TempoCos.QueryVerifier.Ladder;
using TempoCos.QueryVerifier.Tempo;
using TempoCos.ServiceDefaults;
using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier;

/// <summary>Takes the baseline before a run and climbs the proof ladder after it.</summary>
internal sealed class QueryVerifierService(
    BucketConnector connector, ProofLadder ladder, IHttpClientFactory clients, IOptions<VerifierOptions> options, VerifierTelemetry telemetry, TimeProvider time)
    : Contracts.QueryVerifier.QueryVerifierBase
{
    public override async Task<Baseline> TakeBaseline(BaselineRequest request, ServerCallContext context)
    {
        using var bucket = await connector.ConnectAsync(VerifyOrder.Checked(request.Bucket), context.CancellationToken);
        var baseline = await BucketErrors.ExplainAsync(bucket.Secret, () => BaselineReader.ReadAsync(bucket.Store, time, context.CancellationToken));
        baseline.Usage = bucket.Usage;
        return baseline;
    }

    public override async Task Verify(IAsyncStreamReader<VerifyInput> requestStream, IServerStreamWriter<VerifyReply> responseStream, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var request = await requestStream.MoveNext(ct) && requestStream.Current.Request is { } first
            ? first
            : throw new DiagnosticException("TC424", "the first input", "The first input of a verification is not its request", "Send the request first, and then the answers to what is asked in the stream.");
        var order = VerifyOrder.From(request);
        var expectation = Expectation.From(order.Manifest, ct);
        using var client = clients.CreateClient(TempoApi.HttpClientName);
        client.Timeout = options.Value.RequestTimeout;
        using var reporter = new StageReporter(
            request.RunId, "verify", telemetry.Source, time, stageEvent => responseStream.WriteAsync(new VerifyReply { Event = stageEvent }, ct));

        var tempo = new TempoApi(client, order.QueryFrontend, order.Tenant);
        await reporter.StepAsync("query-frontend", $"Connecting to Tempo at {order.QueryFrontend}", step => ConnectAsync(order, tempo, step, ct));
        using var bucket = await reporter.StepAsync("bucket", "Opening the bucket with the key that Tempo has", step => OpenAsync(order, step, ct));
        var told = new TempoRequestCounts(client, order);
        var climb = new Climb(
            order,
            expectation,
            tempo,
            order.Jaeger is { } jaeger ? new JaegerApi(client, jaeger) : null,
            bucket,
            new Wishes(requestStream, async wish =>
            {
                await told.ReadAsync(ct);
                await responseStream.WriteAsync(new VerifyReply { Wish = wish }, ct);
            }));
        var verified = await ladder.ClimbAsync(climb, reporter, rung => responseStream.WriteAsync(new VerifyReply { Rung = rung }, ct), ct);
        verified.Usage = bucket.Usage;
        await told.ReadAsync(ct);
        verified.Tempo.AddRange(told.Told);
        await responseStream.WriteAsync(new VerifyReply { Verified = verified }, ct);
    }

    private async Task ConnectAsync(VerifyOrder order, TempoApi tempo, StageStep step, CancellationToken ct)
    {
        step.Evidence["query_frontend"] = order.QueryFrontend.ToString();
        var (answers, error) = await Asking.UntilAsync(
            new Deadline(options.Value.ConnectWithin, options.Value, time),
            async () =>
            {
                await tempo.EchoAsync(ct);
                return true;
            },
            ct);
        if (!answers)
        {
            throw new DiagnosticException(
                "TC422", order.QueryFrontend.ToString(), $"Tempo's query-frontend did not answer within {options.Value.ConnectWithin.TotalSeconds:0.#} s ({error})",
                "Check the address, and that the query-frontend is ready and its port-forward alive.");
        }

        step.Succeed($"Tempo answers at {order.QueryFrontend}");
    }

    private async Task<BucketConnection> OpenAsync(VerifyOrder order, StageStep step, CancellationToken ct)
    {
        var bucket = await connector.ConnectAsync(order.Bucket, ct);
        step.Evidence["bucket"] = bucket.Secret.Bucket;
        step.Evidence["endpoint"] = bucket.Secret.Endpoint.ToString();
        await BucketErrors.ExplainAsync(bucket.Secret, () => bucket.Store.ListFoldersAsync("", ct));
        step.Succeed($"The bucket {bucket.Secret.Bucket} is open");
        return bucket;
    }
}
