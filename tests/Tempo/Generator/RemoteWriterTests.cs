using Microsoft.Extensions.Logging.Abstractions;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Generator.RemoteWriting;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Wire.RemoteWrite;

namespace TempoCos.Tempo.Tests.Generator;

/// <summary>What waits for a receiver.</summary>
public sealed class RemoteWriterTests
{
    [Fact]
    public async Task A_collection_of_many_tenants_waits_for_the_receiver_as_a_whole()
    {
        await using var receiver = await RemoteWriteReceiver.StartAsync();
        var settings = GeneratorSettings.From(new(
            ConfigurationTree.Parse("test", $"metrics_generator: {{storage: {{path: /x, remote_write: [{{url: '{receiver.Url}'}}]}}}}"), new Dictionary<string, string>()));
        using var writer = new RemoteWriter(settings, new TempoMetrics(), TimeProvider.System, NullLogger<RemoteWriter>.Instance);
        List<string> tenants = [.. Enumerable.Range(0, 200).Select(number => $"tenant-{number}")];
        foreach (var tenant in tenants)
        {
            writer.Send(tenant, [new TimeSeries { Labels = { new Label { Name = "__name__", Value = "calls" } }, Samples = { new Sample { Value = 1, Timestamp = 1 } } }]);
        }

        using var stop = new CancellationTokenSource();
        var running = writer.RunAsync(stop.Token);
        await Eventually.TrueAsync("a write of each tenant", () => Task.FromResult(receiver.Tenants.Count >= tenants.Count));
        await stop.CancelAsync();
        await running;

        receiver.Tenants.ShouldBe(tenants, ignoreOrder: true);
    }
}
