namespace TempoCos.Tempo.Distributor;

/// <summary>Bytes a second with a burst; a batch is taken whole or not at all.</summary>
public sealed class RateLimiter(long bytesPerSecond, long burstBytes, TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _tokens = burstBytes;
    private long _last = time.GetTimestamp();

    /// <summary>Null when the bytes were taken, else why not, in Tempo's words.</summary>
    public string? Refuse(long bytes, string tenant)
    {
        if (bytesPerSecond <= 0)
        {
            return null;
        }

        lock (_lock)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(burstBytes, _tokens + (time.GetElapsedTime(_last, now).TotalSeconds * bytesPerSecond));
            _last = now;
            if (bytes <= _tokens)
            {
                _tokens -= bytes;
                return null;
            }
        }

        return bytes > burstBytes
            ? $"RATE_LIMITED: batch size ({bytes} bytes) exceeds ingestion limit (local: {bytesPerSecond} bytes/s, global: 0 bytes/s, burst: {burstBytes} bytes) while adding {bytes} bytes for user {tenant}. consider reducing batch size or increasing rate limit."
            : $"RATE_LIMITED: ingestion rate limit (local: {bytesPerSecond} bytes/s, global: 0 bytes/s, burst: {burstBytes} bytes) exceeded while adding {bytes} bytes for user {tenant}. consider increasing the limit or reducing ingestion rate.";
    }
}
