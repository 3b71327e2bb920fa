namespace TempoCos.CosProvisioner.Http;

/// <summary>Delays that grow by half each time up to a cap, each shortened by up to a fifth at random so that callers do not march in step.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan cap)
{
    private TimeSpan _next = first;

    public TimeSpan Next()
    {
        var delay = _next;
        _next = TimeSpan.FromTicks(Math.Min((long)(delay.Ticks * 1.5), cap.Ticks));
        return delay * (0.8 + (Random.Shared.NextDouble() * 0.2));
    }
}
