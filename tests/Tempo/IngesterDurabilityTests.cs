using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using TempoCos.Otlp;
using TempoCos.Traces.Comparison;

namespace TempoCos.Tempo.Tests;

/// <summary>What was acknowledged survives the ingester's death and a full disk.</summary>
public sealed class IngesterDurabilityTests
{
    [Fact]
    public async Task Killed_in_the_middle_of_sending_it_has_everything_that_it_acknowledged()
    {
        using var directory = new TemporaryDirectory();
        using var ingester = new IngesterProcess(directory);
        var acknowledged = new ConcurrentBag<TracesData>();
        using (var first = await ingester.StartAsync())
        {
            var senders = Enumerable.Range(0, 2).Select(sender => SendUntilItFailsAsync(ingester.Otlp, $"r{sender}", acknowledged)).ToList();
            await Eventually.TrueAsync("some traces are acknowledged", () => Task.FromResult(acknowledged.Count > 150));
            await first.KillAsync();
            await Task.WhenAll(senders);
        }

        using var second = await ingester.StartAsync();

        foreach (var trace in acknowledged)
        {
            TraceDiff.Compare(trace, await Sending.GetAsync(ingester.Http, $"/api/traces/{Sending.Id(trace)}")).ShouldBeEmpty();
        }

        (await ingester.Http.GetAsync("/api/traces/0123456789abcdef0123456789abcdef", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_full_disk_is_said_once_and_loses_nothing_that_was_acknowledged()
    {
        using var directory = new TemporaryDirectory();
        using var ingester = new IngesterProcess(directory);
        var acknowledged = new ConcurrentBag<TracesData>();
        using (var first = await ingester.StartAsync(maxFileBytes: 128 * 1024))
        {
            var failure = await SendUntilItFailsAsync(ingester.Otlp, "r0", acknowledged);
            failure.StatusCode.ShouldBe(StatusCode.Unavailable);
            failure.Status.Detail.ShouldContain("the write-ahead log cannot be written");
            for (var i = 0; i < 5; i++)
            {
                (await SendUntilItFailsAsync(ingester.Otlp, $"r{i + 1}", acknowledged)).StatusCode.ShouldBe(StatusCode.Unavailable);
            }

            await Eventually.TrueAsync("the log says so", () => Task.FromResult(first.Output.Contains("TC925", StringComparison.Ordinal)));
            first.Output.Split("TC925").Length.ShouldBe(2, first.Output);
            await FoundAsync(ingester, acknowledged);
            await first.KillAsync();
        }

        acknowledged.ShouldNotBeEmpty();
        using var second = await ingester.StartAsync();
        await FoundAsync(ingester, acknowledged);
        await Sending.SendAsync(ingester.Otlp, Sending.Traces(1, "r000000009z"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Told_to_stop_it_ends_soon_and_keeps_or_flushes_what_it_has(bool flush)
    {
        using var directory = new TemporaryDirectory();
        using var ingester = new IngesterProcess(directory, flush ? "flush_all_on_shutdown: true" : "");
        var traces = Sending.Traces(3);
        using (var first = await ingester.StartAsync())
        {
            await Sending.SendAsync(ingester.Otlp, traces);
            await first.StopAsync();
            first.ExitCode.ShouldBe(0);
        }

        var blocks = Directory.Exists(directory["blocks"]) ? Directory.GetFiles(directory["blocks"], "meta.json", SearchOption.AllDirectories) : [];
        blocks.Length.ShouldBe(flush ? 1 : 0);
        using var second = await ingester.StartAsync();
        await FoundAsync(ingester, traces);
    }

    private static async Task FoundAsync(IngesterProcess ingester, IEnumerable<TracesData> traces)
    {
        foreach (var trace in traces)
        {
            TraceDiff.Compare(trace, await Sending.GetAsync(ingester.Http, $"/api/traces/{Sending.Id(trace)}")).ShouldBeEmpty();
        }
    }

    private static async Task<RpcException> SendUntilItFailsAsync(Uri address, string run, ConcurrentBag<TracesData> acknowledged)
    {
        using var channel = GrpcChannel.ForAddress(address);
        var client = new TraceService.TraceServiceClient(channel);
        foreach (var trace in Sending.Traces(2000, run.PadRight(11, 'x')))
        {
            try
            {
                await client.ExportAsync(new() { ResourceSpans = { trace.ResourceSpans } }, cancellationToken: TestContext.Current.CancellationToken);
                acknowledged.Add(trace);
            }
            catch (RpcException exception)
            {
                return exception;
            }
        }

        throw new InvalidOperationException("Nothing failed.");
    }
}
