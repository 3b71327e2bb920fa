using Microsoft.Extensions.Logging.Abstractions;
using TempoCos.Tempo.Distributor;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Ingester;
using TempoCos.Tempo.Ring;
using TempoCos.Tempo.Tests.Compactor;

namespace TempoCos.Tempo.Tests;

/// <summary>What waits for metrics-generators.</summary>
public sealed class GeneratorForwarderTests
{
    [Fact]
    public async Task Batches_wait_without_holding_up_the_sender_and_not_more_than_fit_in_memory()
    {
        var metrics = new TempoMetrics();

        // Nobody takes them, and nobody gives up.
        var ring = new ComponentRing(new ManualTime(DateTimeOffset.UnixEpoch));
        await using var forwarder = new GeneratorForwarder(ring, tls: null, metrics, NullLogger<GeneratorForwarder>.Instance);
        forwarder.Send(Batch(50));
        forwarder.Send(Batch(50));
        forwarder.Send(Batch(50));

        metrics.ForwarderPushes.Value("t").ShouldBe(2);
        metrics.ForwarderFailures.Value("t").ShouldBe(1);

        // What is refused takes no room.
        forwarder.Send(Batch(1));
        metrics.ForwarderPushes.Value("t").ShouldBe(3);
    }

    private static TraceBatch Batch(int megabytes)
    {
        var batch = new TraceBatch("t");
        batch.Add(default, 1, 2, 1, new byte[megabytes * 1024 * 1024]);
        return batch;
    }
}
