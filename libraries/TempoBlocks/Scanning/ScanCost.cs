namespace TempoCos.TempoBlocks.Scanning;

/// <summary>What scans have read so far; one object may be shared by several.</summary>
public sealed class ScanCost
{
    private long _bytes;
    private long _requests;
    private long _spans;
    private long _traces;

    /// <summary>Bytes fetched from the store.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Ranges fetched from the store; each is a request to a bucket.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Spans whose values were looked at one by one, after pages and dictionaries ruled out the others.</summary>
    public long Spans => Interlocked.Read(ref _spans);

    /// <summary>Traces that the scan has passed.</summary>
    public long Traces => Interlocked.Read(ref _traces);

    internal void AddRead(long bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Increment(ref _requests);
    }

    internal void AddSpans(long spans) => Interlocked.Add(ref _spans, spans);

    internal void AddTraces(long traces) => Interlocked.Add(ref _traces, traces);
}
