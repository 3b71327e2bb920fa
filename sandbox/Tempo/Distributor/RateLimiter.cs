namespace TempoCos.Tempo.Distributor;

/// <summary>Bytes a second with a burst, which may change at any time; a batch is taken whole or not at all. No rate takes nothing, as in Tempo.</summary>
public sealed class RateLimiter(TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _spent;
    private long _last = time.GetTimestamp();

    /// <summary>Null when the bytes were taken, else why not, in Tempo's words.</summary>
    public string? Refuse(long bytes, string tenant, long bytesPerSecond, long burstBytes)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _spent = Math.Max(0, _spent - (time.GetElapsedTime(_last, now).TotalSeconds * bytesPerSecond));
            _last = now;
            if (_spent + bytes <= burstBytes)
            {
                _spent += bytes;
                return null;
            }
        }

        return bytes > burstBytes && bytes > bytesPerSecond
            ? $"RATE_LIMITED: batch size ({bytes} bytes) exceeds ingestion limit (local: {bytesPerSecond} bytes/s, global: 0 bytes/s, burst: {burstBytes} bytes) while adding {bytes} bytes for user {tenant}. consider reducing batch size or increasing rate limit."
            : $"RATE_LIMITED: ingestion rate limit (local: {bytesPerSecond} bytes/s, global: 0 bytes/s, burst: {burstBytes} bytes) exceeded while adding {bytes} bytes for user {tenant}. consider increasing the limit or reducing ingestion rate.";
    }
}
