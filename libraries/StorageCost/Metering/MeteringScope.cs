namespace TempoCos.StorageCost.Metering;

/// <summary>
/// Has a meter of its own for everything that is asked in this scope, by any client whose <see cref="MeteringHandler"/> has none: clients may be shared by
/// calls that run at once, and each call still knows what it asked.
/// </summary>
public sealed class MeteringScope : IDisposable
{
    private static readonly AsyncLocal<RequestMeter?> Ambient = new();
    private readonly RequestMeter? _outer = Ambient.Value;

    /// <summary>Begins here and goes where the execution goes from here.</summary>
    public MeteringScope() => Ambient.Value = Meter;

    /// <summary>What counts in this scope.</summary>
    public RequestMeter Meter { get; } = new();

    internal static RequestMeter? Current => Ambient.Value;

    /// <inheritdoc/>
    public void Dispose() => Ambient.Value = _outer;
}
