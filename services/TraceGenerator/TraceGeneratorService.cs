using System.Threading.Channels;
using Grpc.Core;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TraceGenerator.Requests;
using TempoCos.TraceGenerator.Sending;

namespace TempoCos.TraceGenerator;

/// <summary>Sends the ordered traces and answers with the manifest and the account of what became of every span.</summary>
public sealed class TraceGeneratorService(GeneratorTelemetry telemetry, IOptions<SendingOptions> options, TimeProvider time) : Contracts.TraceGenerator.TraceGeneratorBase
{
    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(1);

    public override async Task Generate(GenerateRequest request, IServerStreamWriter<GenerateReply> responseStream, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var order = GenerateOrder.From(request, time);
        using var reporter = new StageReporter(
            request.RunId, "generate", telemetry.Source, time, stageEvent => responseStream.WriteAsync(new GenerateReply { Event = stageEvent }, ct));
        using var sender = new OtlpSender(order, options.Value, telemetry, time);
        await reporter.StepAsync("otlp-endpoint", $"Connecting to {order.Endpoint}", async step =>
        {
            step.Evidence["endpoint"] = order.Endpoint.ToString();
            await new EndpointCheck(order.Endpoint, sender, options.Value, time).RunAsync(ct);
            step.Succeed($"{order.Endpoint} speaks OTLP/gRPC");
        });
        var generated = await reporter.StepAsync("traces", $"Sending {order.Count} traces", step => SendAsync(order, sender, step, ct));
        await responseStream.WriteAsync(new GenerateReply { Generated = generated }, ct);
    }

    private async Task<Generated> SendAsync(GenerateOrder order, OtlpSender sender, StageStep step, CancellationToken ct)
    {
        var account = new Account(telemetry);
        using var batches = new TraceBatches(order, options.Value, time);
        var queue = Channel.CreateBounded<TraceBatch>(new BoundedChannelOptions(order.Concurrency) { SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);

        Task[] work =
        [
            FillAsync(batches, queue.Writer, step, order.Count, stop.Token),
            .. Enumerable.Range(0, order.Concurrency).Select(_ => DrainAsync(queue.Reader, sender, account, stop.Token)),
        ];
        await Task.WhenAll(work.Select(task => StopOnFailureAsync(task, stop)));

        var generated = new Generated { Manifest = batches.Manifest(), Account = account.Snapshot() };
        Describe(generated, step);
        return generated;
    }

    private async Task FillAsync(TraceBatches batches, ChannelWriter<TraceBatch> writer, StageStep step, long count, CancellationToken ct)
    {
        var reported = time.GetTimestamp();
        long traces = 0;
        await foreach (var batch in batches.ReadAsync(ct))
        {
            await writer.WriteAsync(batch, ct);
            traces += batch.Traces;
            if (time.GetElapsedTime(reported) >= BetweenReports)
            {
                reported = time.GetTimestamp();
                await step.ReportAsync($"{traces} of {count} traces sent");
            }
        }

        writer.Complete();
    }

    private static async Task DrainAsync(ChannelReader<TraceBatch> reader, OtlpSender sender, Account account, CancellationToken ct)
    {
        await foreach (var batch in reader.ReadAllAsync(ct))
        {
            await sender.SendAsync(batch, account, ct);
        }
    }

    private static async Task StopOnFailureAsync(Task task, CancellationTokenSource stop)
    {
        try
        {
            await task;
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private static void Describe(Generated generated, StageStep step)
    {
        var (manifest, account) = (generated.Manifest, generated.Account);
        step.Evidence["seed"] = $"{manifest.Seed}";
        step.Evidence["profile"] = manifest.Profile;
        step.Evidence["traces"] = $"{manifest.Count}";
        step.Evidence["spans"] = $"{manifest.Spans}";
        step.Evidence["content_hash"] = manifest.ContentHash;
        step.Evidence["accepted_spans"] = $"{account.AcceptedSpans}";
        step.Evidence["requests"] = $"{account.Requests}";
        step.Evidence["retries"] = $"{account.Retries}";
        step.Succeed(account.AcceptedSpans == account.SentSpans
            ? $"{manifest.Count} traces, {account.SentSpans} spans, all accepted"
            : $"{account.SentSpans} spans: {account.AcceptedSpans} accepted, {account.RejectedSpans} rejected, {account.DroppedSpans} dropped, {account.UnknownSpans} unknown");
    }
}
