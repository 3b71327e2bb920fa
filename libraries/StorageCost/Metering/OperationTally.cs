using System.Diagnostics.Metrics;

namespace TempoCos.StorageCost.Metering;

/// <summary>Counts one operation; any number of requests at once.</summary>
internal sealed class OperationTally(S3Operation operation)
{
    private static readonly Meter Meter = new("TempoCos.StorageCost");

    private static readonly Counter<long> AllRequests = Meter.CreateCounter<long>("tempocos.storage.requests", "{request}", "Requests to object stores, by operation and class of the bill.");

    private static readonly Counter<long> AllBytes = Meter.CreateCounter<long>("tempocos.storage.io", "By", "Bytes of request and answer bodies, by direction.");

    private readonly KeyValuePair<string, object?>[] _tags = [new("operation", operation.Name), new("class", $"{operation.Class}")];
    private long _requests;
    private long _sent;
    private long _received;

    public OperationUsage Usage => new(operation, Interlocked.Read(ref _requests), Interlocked.Read(ref _sent), Interlocked.Read(ref _received));

    public void AddRequest()
    {
        Interlocked.Increment(ref _requests);
        AllRequests.Add(1, _tags);
    }

    public void AddSent(int bytes)
    {
        Interlocked.Add(ref _sent, bytes);
        AllBytes.Add(bytes, new KeyValuePair<string, object?>("direction", "transmit"));
    }

    public void AddReceived(int bytes)
    {
        Interlocked.Add(ref _received, bytes);
        AllBytes.Add(bytes, new KeyValuePair<string, object?>("direction", "receive"));
    }
}
