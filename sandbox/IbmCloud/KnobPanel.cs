namespace TempoCos.IbmCloud;

/// <summary>Holds the knobs that are set now.</summary>
public sealed class KnobPanel(IbmCloudOptions options)
{
    private volatile Knobs _current = options.Knobs;

    public Knobs Current
    {
        get => _current;
        set => _current = value;
    }
}
