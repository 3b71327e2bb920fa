using System.Diagnostics;
using System.Net;
using Google.Protobuf;
using TempoCos.Otlp;
using TempoCos.Tempo.Http;
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
        var (path, whole, ends) = Written(directory, 3);
        for (var length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            var expected = ends.Count(end => end <= length);

            var logger = new ListLogger();
            var found = WalLog.Open(path, "t", logger)!;

            found.Records.Count.ShouldBe(expected, $"at {length} of {whole.Length} bytes");
            var damage = length == 0 || ends.Contains(length) || length == 8 ? 0 : 1;
            found.Damages.Count.ShouldBe(damage, $"at {length} of {whole.Length} bytes");
            if (damage > 0)
            {
                var at = length < 8 ? 0 : ends.Where(end => end <= length).DefaultIfEmpty(8).Max();
                logger.Lines.ShouldHaveSingleItem().ShouldContain($"{path} ends within a record at byte {at}");
            }

            for (var i = 0; i < expected; i++)
            {
                found.Log.Read(found.Records[i].Position).ShouldBe(Content(i));
                found.Records[i].Id.ShouldBe(new TraceId16(0, (ulong)i + 1));
            }

            found.Log.Dispose();
        }
    }

    [Fact]
    public void A_flipped_bit_costs_one_record_wherever_it_is()
    {
        using var directory = new TemporaryDirectory();
        var (path, whole, ends) = Written(directory, 3);
        for (var at = 0; at < whole.Length; at++)
        {
            for (var bit = 0; bit < 8; bit += 3)
            {
                var bytes = whole.ToArray();
                bytes[at] ^= (byte)(1 << bit);
                File.WriteAllBytes(path, bytes);
                var hit = ends.FindIndex(end => at < end);

                var logger = new ListLogger();
                var found = WalLog.Open(path, "t", logger)!;

                // The head of the file belongs to no record.
                var lost = at < 8 ? [] : new[] { (ulong)hit + 1 };
                found.Records.Select(record => record.Id.Low).ShouldBe(new ulong[] { 1, 2, 3 }.Except(lost), $"bit {bit} of byte {at}");
                logger.Lines.ShouldHaveSingleItem().ShouldContain($"at byte {(at < 8 ? 0 : hit == 0 ? 8 : ends[hit - 1])}");
                found.Log.Dispose();
            }
        }
    }

    [Fact]
    public void A_record_that_is_damaged_later_is_left_out_and_the_others_are_read()
    {
        using var directory = new TemporaryDirectory();
        var (path, _, ends) = Written(directory, 3);
        var logger = new ListLogger();
        var found = WalLog.Open(path, "t", logger)!;
        using var log = found.Log;
        // A disk that forgets asks for no lock.
        using (var damage = Process.Start("sh", ["-c", $"printf '\\377' | dd of={path} bs=1 seek={ends[0] + 40} conv=notrunc status=none"]))
        {
            damage.WaitForExit();
        }

        log.Read(found.Records[1].Position).ShouldBeNull();
        log.Read(found.Records[0].Position).ShouldBe(Content(0));
        log.Read(found.Records[2].Position).ShouldBe(Content(2));
        logger.Lines.ShouldHaveSingleItem().ShouldContain($"{path} is damaged at byte {ends[0]}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_damaged_log_becomes_a_block_with_what_is_whole(bool torn)
    {
        var stop = TestContext.Current.CancellationToken;
        using var directory = new TemporaryDirectory();
        var traces = Sending.Traces(4);
        var folder = Path.Combine(directory["wal"], "tempocos", Tenancy.SingleTenant);
        var path = WriteTraces(Path.GetDirectoryName(folder)!, traces, out var ends);
        var bytes = await File.ReadAllBytesAsync(path, stop);
        if (torn)
        {
            await File.WriteAllBytesAsync(path, bytes[..(int)(ends[2] + 100)], stop);
        }
        else
        {
            bytes[ends[0] + 200] ^= 16;
            await File.WriteAllBytesAsync(path, bytes, stop);
        }

        await using var tempo = await SingleProcess.StartAsync(directory);

        var lost = torn ? 3 : 1;
        for (var i = 0; i < traces.Count; i++)
        {
            var id = Sending.Id(traces[i]);
            if (i == lost)
            {
                (await tempo.Http.GetAsync($"/api/traces/{id}", stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
                continue;
            }

            await Eventually.TrueAsync("the block is listed", async () => (await tempo.Http.GetAsync($"/api/traces/{id}?mode=blocks")).StatusCode == HttpStatusCode.OK);
            TraceDiff.Compare(traces[i], await Sending.GetAsync(tempo.Http, $"/api/traces/{id}")).ShouldBeEmpty();
        }

        // What was lost within the log is kept for whoever wants to look; a torn end was never acknowledged.
        Directory.GetFiles(folder).Select(Path.GetFileName).ShouldBe(torn ? [] : [Path.GetFileName(path) + ".damaged"]);
    }

    private static byte[] Content(int index) => [.. Enumerable.Range(1, 40 + index).Select(value => (byte)(value * 7))];

    private static (string Path, byte[] Whole, List<int> Ends) Written(TemporaryDirectory directory, int records)
    {
        var ends = new List<int>();
        using var log = WalLog.Create(directory.Path, "t");
        for (var i = 0; i < records; i++)
        {
            using var batch = new TraceBatch("t");
            batch.Add(new TraceId16(0, (ulong)i + 1), 1, 2, 1, Content(i));
            WalLog.Seal(batch);
            log.Append(batch);
            ends.Add((int)log.Length);
        }

        return (log.Path, File.ReadAllBytes(log.Path), ends);
    }

    private static string WriteTraces(string directory, IReadOnlyList<TracesData> traces, out List<long> ends)
    {
        ends = [];
        using var log = WalLog.Create(directory, Tenancy.SingleTenant);
        var now = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        foreach (var trace in traces)
        {
            using var batch = new TraceBatch(Tenancy.SingleTenant);
            batch.Add(TraceId16.Parse(Sending.Id(trace)), now, now, 1, trace.ToByteArray());
            WalLog.Seal(batch);
            log.Append(batch);
            ends.Add(log.Length);
        }

        return log.Path;
    }
}
