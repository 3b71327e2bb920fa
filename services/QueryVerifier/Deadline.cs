namespace TempoCos.QueryVerifier;

/// <summary>A wait that ends: pauses that grow between looks, and the time that is left.</summary>
internal sealed class Deadline(TimeSpan within, VerifierOptions options, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private TimeSpan _pause = options.FirstPause;

    public TimeSpan Within => within;

    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    public bool Passed => Elapsed >= within;

    /// <summary>Waits before the next look.</summary>
    /// <returns>False when the deadline has passed; then it does not wait.</returns>
    public async Task<bool> PauseAsync(CancellationToken ct)
    {
        var left = within - Elapsed;
        if (left <= TimeSpan.Zero)
        {
            return false;
        }

        await Task.Delay(_pause < left ? _pause : left, time, ct);
        _pause = _pause * 2 < options.MaxPause ? _pause * 2 : options.MaxPause;
        return true;
    }

    /// <summary>Makes the next pauses short again, after progress.</summary>
    public void Quicken() => _pause = options.FirstPause;
}
