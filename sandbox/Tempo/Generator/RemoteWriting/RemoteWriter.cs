using Google.Protobuf;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Wire.RemoteWrite;

namespace TempoCos.Tempo.Generator.RemoteWriting;

/// <summary>Sends series to every configured receiver, each at its own pace.</summary>
public sealed class RemoteWriter : IDisposable
{
    private const int SeriesInRequest = 2_000;
    private readonly IReadOnlyList<RemoteEndpoint> _endpoints;

    public RemoteWriter(GeneratorSettings settings, TempoMetrics metrics, TimeProvider time, ILogger<RemoteWriter> logger) =>
        _endpoints = [.. settings.RemoteWrite.Select(one => new RemoteEndpoint(one, settings.AddTenantHeader, metrics, time, logger))];

    public void Send(string tenant, IReadOnlyList<TimeSeries> series)
    {
        foreach (var some in series.Chunk(SeriesInRequest))
        {
            var request = new WriteRequest { Timeseries = { some } };
            var write = new PendingWrite(tenant, Snappier.Snappy.CompressToArray(request.ToByteArray()), some.Sum(one => one.Samples.Count));
            foreach (var endpoint in _endpoints)
            {
                endpoint.Send(write);
            }
        }
    }

    /// <summary>Until it is cancelled; what waits then has a moment to be sent.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(_endpoints.Select(endpoint => endpoint.RunAsync(cancellationToken)));

    public void Dispose()
    {
        foreach (var endpoint in _endpoints)
        {
            endpoint.Dispose();
        }
    }
}
