using System.Net;
using TempoCos.Tempo.Http;
using TempoCos.TempoBlocks;
using TempoCos.Traces.Comparison;

namespace TempoCos.Tempo.Tests;

/// <summary>The way of a block from the log to the backend.</summary>
public sealed class IngesterFlushTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Flush_answers_204_and_404_for_a_tenant_that_nobody_knows()
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory);
        await Sending.SendAsync(tempo.Address(ListenerRole.OtlpGrpc), Sending.Traces(1));

        using var unknown = await tempo.Http.GetAsync("/flush?tenant=nobody", Stop);
        using var known = await tempo.Http.PostAsync($"/flush?tenant={Tenancy.SingleTenant}", null, Stop);

        (unknown.StatusCode, await unknown.Content.ReadAsStringAsync(Stop)).ShouldBe((HttpStatusCode.NotFound, ""));
        known.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await Eventually.TrueAsync("the block is in the backend", () => Task.FromResult(Metas(directory) == 1));
        var metrics = await tempo.Http.GetStringAsync("/metrics", Stop);
        metrics.ShouldContain("tempo_ingester_flush_size_bytes_count 1");
        metrics.ShouldContain("tempo_ingester_traces_created_total{tenant=\"single-tenant\"} 1");
        metrics.ShouldContain("tempo_distributor_push_duration_seconds_count 1");
    }

    [Fact]
    public async Task A_backend_that_fails_is_tried_again_until_it_works()
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory);
        var traces = Sending.Traces(2);
        await Sending.SendAsync(tempo.Address(ListenerRole.OtlpGrpc), traces);
        Break(directory);

        await tempo.Http.GetAsync("/flush", Stop);
        await Eventually.TrueAsync("a flush failed and was tried again", async () => (await tempo.Http.GetStringAsync("/metrics")).Contains("tempo_ingester_flush_retries_total 2", StringComparison.Ordinal));
        TraceDiff.Compare(traces[0], await Sending.GetAsync(tempo.Http, $"/api/traces/{Sending.Id(traces[0])}")).ShouldBeEmpty();
        File.Delete(directory["blocks"]);

        await Eventually.TrueAsync("the block is in the backend", () => Task.FromResult(Metas(directory) == 1));
        await Eventually.TrueAsync("the queue is empty", async () => (await tempo.Http.GetStringAsync("/metrics")).Contains("tempo_ingester_flush_queue_length 0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_upload_that_did_not_end_goes_on_after_a_restart()
    {
        using var directory = new TemporaryDirectory();
        var traces = Sending.Traces(2);
        await using (var first = await SingleProcess.StartAsync(directory))
        {
            await Sending.SendAsync(first.Address(ListenerRole.OtlpGrpc), traces);
            Break(directory);
            await first.Http.GetAsync("/flush", Stop);
            await Eventually.TrueAsync("a flush failed", async () => !(await first.Http.GetStringAsync("/metrics")).Contains("tempo_ingester_failed_flushes_total 0", StringComparison.Ordinal));
        }

        File.Delete(directory["blocks"]);
        await using var second = await SingleProcess.StartAsync(directory);

        await Eventually.TrueAsync("the block is in the backend", () => Task.FromResult(Metas(directory) == 1));
        var meta = (await new BlockCatalog(new LocalBlockStore(directory["blocks"])).ListBlocksAsync(Tenancy.SingleTenant, Stop)).ShouldHaveSingleItem();
        (await BlockCheck.RunAsync(new LocalBlockStore(directory["blocks"]), meta, Stop)).Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Blocks_stay_with_the_ingester_for_a_while_and_no_longer()
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory, flags: new() { ["ingester.complete_block_timeout"] = "4s" });
        var trace = Sending.Traces(1);
        await Sending.SendAsync(tempo.Address(ListenerRole.OtlpGrpc), trace);
        await tempo.Http.GetAsync("/flush", Stop);
        await Eventually.TrueAsync("the block is in the backend", () => Task.FromResult(Metas(directory) == 1));
        (await tempo.Http.GetAsync($"/api/traces/{Sending.Id(trace[0])}?mode=ingesters", Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await Eventually.TrueAsync(
            "the ingester forgets the block", async () => (await tempo.Http.GetAsync($"/api/traces/{Sending.Id(trace[0])}?mode=ingesters")).StatusCode == HttpStatusCode.NotFound);
        await Eventually.TrueAsync("its files are gone", () => Task.FromResult(Directory.GetFiles(Path.Combine(directory["wal"], "blocks"), "meta.json", SearchOption.AllDirectories).Length == 0));
        TraceDiff.Compare(trace[0], await Sending.GetAsync(tempo.Http, $"/api/traces/{Sending.Id(trace[0])}?mode=blocks")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Shutdown_flushes_everything_and_takes_nothing_more()
    {
        using var directory = new TemporaryDirectory();
        using var ingester = new IngesterProcess(directory);
        using var process = await ingester.StartAsync();
        await Sending.SendAsync(ingester.Otlp, Sending.Traces(2));

        (await ingester.Http.GetStringAsync("/shutdown", Stop)).ShouldBe("shutdown job acknowledged");
        await process.WaitForExitAsync();

        process.ExitCode.ShouldBe(0);
        Metas(directory).ShouldBe(1);
        Directory.GetFiles(directory["wal"], "*.wal", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    // The backend's directory becomes a file.
    private static void Break(TemporaryDirectory directory)
    {
        if (Directory.Exists(directory["blocks"]))
        {
            Directory.Delete(directory["blocks"], recursive: true);
        }

        File.WriteAllText(directory["blocks"], "");
    }

    private static int Metas(TemporaryDirectory directory) =>
        Directory.Exists(directory["blocks"]) ? Directory.GetFiles(directory["blocks"], "meta.json", SearchOption.AllDirectories).Length : 0;
}
