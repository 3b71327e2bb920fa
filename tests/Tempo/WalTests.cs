using System.Net;
using TempoCos.Tempo.Ingester;
using TempoCos.TempoBlocks;
using TempoCos.Traces.Comparison;

namespace TempoCos.Tempo.Tests;

/// <summary>What was acknowledged survives the ingester's death.</summary>
public sealed class WalTests
{
    [Fact]
    public void A_log_torn_at_any_byte_gives_back_its_whole_records()
    {
        using var directory = new TemporaryDirectory();
        var bytes = new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };
        string path;
        using (var log = WalLog.Create(directory.Path, "t"))
        {
            path = log.Path;
            for (var i = 1u; i <= 3; i++)
            {
                log.Append([(new TraceId16(0, i), i, i + 1, bytes)]);
            }
        }

        var whole = File.ReadAllBytes(path);
        var record = (whole.Length - 8) / 3;
        for (var length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            var expected = length < 8 ? 0 : (length - 8) / record;
            var found = WalLog.Open(path, "t");
            (found?.Records.Count ?? 0).ShouldBe(expected, $"at {length} of {whole.Length} bytes");
            if (found is var (log, records))
            {
                log.Read(records[^1].Position).ShouldBe(bytes);
                records[^1].Id.ShouldBe(new TraceId16(0, (ulong)expected));
                log.Dispose();
            }
        }
    }

    [Fact]
    public void A_flipped_bit_ends_the_log_before_its_record()
    {
        using var directory = new TemporaryDirectory();
        string path;
        using (var log = WalLog.Create(directory.Path, "t"))
        {
            path = log.Path;
            log.Append([(new TraceId16(0, 1), 1, 2, new byte[20]), (new TraceId16(0, 2), 1, 2, new byte[20])]);
        }

        var whole = File.ReadAllBytes(path);
        whole[^3] ^= 4;
        File.WriteAllBytes(path, whole);

        WalLog.Open(path, "t")!.Value.Records.ShouldHaveSingleItem().Id.ShouldBe(new TraceId16(0, 1));
    }

    [Fact]
    public async Task Killed_without_warning_and_started_again_it_still_has_the_traces()
    {
        using var directory = new TemporaryDirectory();
        var ports = Ports.Take(3);
        var file = directory["tempo.yaml"];
        await File.WriteAllTextAsync(
            file,
            $$$$$$$$"""
            server: {http_listen_address: 127.0.0.1, http_listen_port: {{{{{{{{ports[0]}}}}}}}}, grpc_listen_address: 127.0.0.1, grpc_listen_port: {{{{{{{{ports[1]}}}}}}}}}
            distributor: {receivers: {otlp: {protocols: {grpc: {endpoint: "127.0.0.1:{{{{{{{{ports[2]}}}}}}}}"}}}}}
            storage: {trace: {backend: local, local: {path: '{{{{{{{{directory["blocks"]}}}}}}}}'}, wal: {path: '{{{{{{{{directory["wal"]}}}}}}}}'}, blocklist_poll: 300ms}}
            """,
            TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{ports[0]}") };
        var traces = Sending.Traces(5);
        using (var first = TempoProcess.Start(["-target=all", $"-config.file={file}"]))
        {
            await ReadyAsync(http, first);
            await Sending.SendAsync(new($"http://127.0.0.1:{ports[2]}"), traces);
            await first.KillAsync();
        }

        using var second = TempoProcess.Start(["-target=all", $"-config.file={file}"]);
        await ReadyAsync(http, second);

        foreach (var trace in traces)
        {
            var got = await Sending.GetAsync(http, $"/api/traces/{Sending.Id(trace)}");
            TraceDiff.Compare(trace, got).ShouldBeEmpty();
        }

        (await http.GetAsync("/api/traces/0123456789abcdef0123456789abcdef", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static Task ReadyAsync(HttpClient http, TempoProcess process) => Eventually.TrueAsync("the process is ready", async () =>
    {
        try
        {
            return (await http.GetAsync("/ready")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            process.Output.ShouldNotContain("TC");
            return false;
        }
    });
}
