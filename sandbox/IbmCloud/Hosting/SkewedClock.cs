namespace TempoCos.IbmCloud.Hosting;

/// <summary>The emulator's clock: the one it was started with, set wrong by as much as the knob says.</summary>
public sealed class SkewedClock(IbmCloudOptions options, KnobPanel knobs) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => options.Time.LocalTimeZone;

    public override long TimestampFrequency => options.Time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => options.Time.GetUtcNow() + TimeSpan.FromSeconds(knobs.Current.ClockSkewSeconds);

    public override long GetTimestamp() => options.Time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => options.Time.CreateTimer(callback, state, dueTime, period);
}
